"""Scores of the shipped files, as production computes them."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.lite.example import LABELS
from workers.scorers.lite import LiteScorer


def probabilities(folder: Path, texts: Sequence[str], threads: int = 2) -> NDArray[np.float64]:
    """Return probabilities [text, label], never quite 0 or 1."""
    scores = LiteScorer(threads, folder).score(texts)
    table = np.array([[score[label] for label in LABELS] for score in scores])
    clipped: NDArray[np.float64] = np.clip(table, 1e-7, 1 - 1e-7)
    return clipped
