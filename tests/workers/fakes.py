"""Fakes of our own ports: scorers that do what a test needs."""

import threading
from collections.abc import Sequence

from rules.verdict import EngineRef
from workers.scorers.protocol import Scores

CALM = {"toxicity": 0.01}


class FakeScorer:
    """Scores every text alike, remembers its calls, and raises on texts that say so."""

    engine = EngineRef(name="fake", version="1")

    def __init__(self, scores: Scores = CALM) -> None:
        self.calls: list[list[str]] = []
        self._scores = scores

    def score(self, texts: Sequence[str]) -> list[Scores]:
        self.calls.append(list(texts))
        if any("poison" in text for text in texts):
            raise ValueError("cannot take this text")
        return [dict(self._scores) for _ in texts]


class EnglishScorer(FakeScorer):
    """Says that it reads English only."""

    languages = frozenset({"en"})


class SlowScorer(FakeScorer):
    """Waits in `score` until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.entered = threading.Event()
        self.go_on = threading.Event()

    def score(self, texts: Sequence[str]) -> list[Scores]:
        self.entered.set()
        assert self.go_on.wait(30)
        return super().score(texts)
