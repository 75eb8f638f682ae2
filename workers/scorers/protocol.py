"""The contract of a scorer."""

import math
from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from rules.verdict import EngineRef

Scores = dict[str, float]


class ScorerUnavailable(Exception):
    """The scorer cannot be loaded; the message says what is missing and how to get it."""


class Scorer(Protocol):
    """Turns texts into scores. Made once a worker process, before the first comment."""

    @property
    def engine(self) -> EngineRef:
        """Name and version, for the verdicts."""
        ...

    def score(self, texts: Sequence[str]) -> list[Scores]:
        """Return one {name: probability 0..1} a text, in order.

        Names are Detoxify's (`toxicity`, `severe_toxicity`, `obscene`, `threat`, `insult`,
        `identity_attack`, `sexual_explicit`) and `spam`; a scorer leaves out what it does not
        know. May raise anything on a text that it cannot take: the caller then scores the
        batch one by one. What takes many steps says before each that it is `getting_on`.
        """
        ...


def possible(scores: Scores) -> bool:
    """Whether all are probabilities."""
    return all(math.isfinite(value) and 0.0 <= value <= 1.0 for value in scores.values())


@runtime_checkable
class ReadsSomeLanguages(Protocol):
    """A scorer whose scores mean something in some languages only (ISO 639-1 codes)."""

    @property
    def languages(self) -> frozenset[str]:
        """The languages that it reads."""
        ...


def languages_of(scorer: Scorer) -> frozenset[str] | None:
    """Return the languages that a scorer reads; None when it does not say, so may read any."""
    return scorer.languages or None if isinstance(scorer, ReadsSomeLanguages) else None
