"""Fitting the weights of phrases: logistic regression on soft targets."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack
from sklearn.linear_model import LogisticRegression

from training.lite.example import Example
from workers.scorers.lite.phrases import Weights, phrases_of
from workers.spam.hashing import SIZE

SHARES: Mapping[str, float] = {
    "civil": 2,
    "davidson": 0.3,
    "wikipedia": 6,
    "youtube": 1,
    "graded": 2,
    "identity": 0.5,
    "generated": 0.05,
}
"""How much a text of each source counts: real comments, and enough of others that names of groups
weigh nothing."""
STRICTNESS = 0.4
"""Inverse of the penalty on large weights."""


def fit_phrases(examples: Sequence[Example]) -> Weights:
    """Return the weights of phrases; the bias is left to the calibration."""
    rows = phrase_rows([example.text for example in examples])
    targets = np.array([example.targets["toxicity"] for example in examples])
    shares = np.array([SHARES[example.origin] for example in examples])
    model = LogisticRegression(C=STRICTNESS, solver="liblinear", random_state=0, max_iter=60)
    model.fit(
        vstack([rows, rows]).tocsr(),
        np.concatenate([np.ones(len(targets)), np.zeros(len(targets))]),
        sample_weight=np.concatenate([targets * shares, (1 - targets) * shares]),
    )
    weights: Weights = model.coef_[0].astype(np.float16)
    return weights


def phrase_rows(texts: Sequence[str]) -> csr_matrix:
    """Return one sparse row of phrases for each text, as the scorer weighs them."""
    parts = [places for text in texts for places in phrases_of(text)]
    values = np.concatenate([_unit(len(places)) for places in parts])
    ends = np.cumsum([len(places) for places in parts])[1::2]
    rows = csr_matrix(
        (values, np.concatenate(parts).astype(np.int32), np.concatenate([[0], ends])),
        shape=(len(texts), SIZE),
    )
    rows.sum_duplicates()
    return rows


def _unit(count: int) -> NDArray[np.float64]:
    return np.full(count, 1 / max(count, 1) ** 0.5)


def write_phrases(examples: Sequence[Example], path: Path) -> None:
    """Fit and write the weights as a NumPy file."""
    np.savez_compressed(path, weights=fit_phrases(examples))
