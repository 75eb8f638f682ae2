"""`lite`, the built-in scorer: offline and without torch.

Provisional: the linear model over word n-grams of `alt-profanity-check`, which its authors
trained on 200,000 human-labelled comments. It knows one score, `toxicity`, and English only.
"""

from collections.abc import Sequence
from importlib.metadata import version

from profanity_check import predict_prob

from rules.verdict import EngineRef
from workers.scorers.protocol import Scores


class LiteScorer:
    """Scores toxicity with a linear model; about 30 microseconds a comment in a batch."""

    def __init__(self) -> None:
        self.engine = EngineRef(name="lite", version=f"0+apc{version('alt-profanity-check')}")
        predict_prob(["warm up"])

    def score(self, texts: Sequence[str]) -> list[Scores]:
        """Return {"toxicity": probability} for each text."""
        if not texts:
            return []
        return [{"toxicity": float(p)} for p in predict_prob(list(texts))]
