"""How good scores are: ranking, calibration, bias by identity, marked words."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Numbers = NDArray[np.float64]


def auc(labels: ArrayLike, scores: ArrayLike) -> float:
    """Return the chance that a positive scores above a negative; ties count half."""
    positive, values = np.asarray(labels, dtype=bool), np.asarray(scores, dtype=np.float64)
    ups, downs = np.sort(values[positive]), values[~positive]
    if not len(ups) or not len(downs):
        return float("nan")
    above = len(ups) - np.searchsorted(ups, downs, side="right")
    level = np.searchsorted(ups, downs, side="right") - np.searchsorted(ups, downs, side="left")
    return float((above + 0.5 * level).sum() / (len(ups) * len(downs)))


def calibration_error(labels: ArrayLike, scores: ArrayLike, bins: int = 10) -> float:
    """Return the expected calibration error over bins of equal width."""
    truth, values = np.asarray(labels, dtype=np.float64), np.asarray(scores, dtype=np.float64)
    number = np.minimum((values * bins).astype(int), bins - 1)
    gaps = [
        abs(truth[number == b].mean() - values[number == b].mean()) * (number == b).mean()
        for b in range(bins)
        if (number == b).any()
    ]
    return float(sum(gaps))


def platt(labels: ArrayLike, logits: ArrayLike, steps: int = 60) -> tuple[float, float]:
    """Return slope and offset that make logits fit labels, by Newton's method.

    Labels are drawn in a little (Platt's targets), so that a perfect ranking stays finite.
    """
    truth = np.asarray(labels, dtype=np.float64)
    ups, downs = truth.sum(), (1 - truth).sum()
    target = np.where(truth > 0, (ups + 1) / (ups + 2), 1 / (downs + 2))
    x = np.stack([np.asarray(logits, dtype=np.float64), np.ones(len(truth))], axis=1)
    weights = np.array([1.0, 0.0])
    for _ in range(steps):
        chance = 1 / (1 + np.exp(-np.clip(x @ weights, -30, 30)))
        curve = (x * (chance * (1 - chance))[:, None]).T @ x + 1e-3 * np.eye(2)
        weights -= np.linalg.solve(curve, x.T @ (chance - target) + 1e-3 * (weights - [1, 0]))
    return max(float(weights[0]), 0.05), float(weights[1])


def bpsn(labels: ArrayLike, scores: ArrayLike, identities: Sequence[str]) -> dict[str, float]:
    """Return for each identity the AUC of all others' positives over its negatives.

    BPSN: background positive, subgroup negative (Borkan et al. 2019). Low means that the
    identity's harmless sentences score like others' abuse.
    """
    truth, values = np.asarray(labels, dtype=bool), np.asarray(scores, dtype=np.float64)
    of = np.asarray(identities)
    result = {}
    for identity in sorted(set(identities)):
        chosen = np.where(of == identity, ~truth, truth)
        result[identity] = auc(truth[chosen], values[chosen])
    return result


def f1(truth: set[int], found: set[int]) -> float:
    """Return the harmonic mean of precision and recall of two sets of places."""
    if not truth and not found:
        return 1.0
    return 2 * len(truth & found) / (len(truth) + len(found))
