"""Parity: how far one engine's scores are from another's on the same texts."""

from collections.abc import Sequence

import numpy as np
from pydantic import BaseModel, ConfigDict

from workers.scorers.protocol import Scores

DECISION = 0.5


class Parity(BaseModel):
    """Differences of scores (0..1), and the share of decisions at 0.5 that are the same.

    Counted over every name of every text; `texts_agreeing` is the share of texts with all
    decisions the same.
    """

    model_config = ConfigDict(frozen=True)

    texts: int
    largest: float
    mean: float
    decisions_agreeing: float
    texts_agreeing: float

    def __str__(self) -> str:
        return (
            f"{self.texts} texts: largest difference {self.largest:.2g}, mean {self.mean:.2g};"
            f" decisions at {DECISION} agree in {self.decisions_agreeing:.2%} of scores and"
            f" {self.texts_agreeing:.2%} of texts"
        )


class ParityReport(BaseModel):
    """What is stored beside an exported model; `quantised` only where it is."""

    model_config = ConfigDict(frozen=True)

    exported: Parity
    quantised: Parity | None = None


def compare(scores: Sequence[Scores], reference: Sequence[Scores]) -> Parity:
    """Compare two engines' scores of the same texts, at least one."""
    ours, theirs = _matrix(scores), _matrix(reference)
    differences = np.abs(ours - theirs)
    same = (ours >= DECISION) == (theirs >= DECISION)
    return Parity(
        texts=len(ours),
        largest=float(differences.max()),
        mean=float(differences.mean()),
        decisions_agreeing=float(same.mean()),
        texts_agreeing=float(same.all(axis=1).mean()),
    )


def _matrix(scores: Sequence[Scores]) -> np.ndarray:
    names = sorted(scores[0])
    return np.array([[each[name] for name in names] for each in scores])
