"""Fitting: dual coordinate ascent over the examples until they agree, then calibration."""

import random
from collections.abc import Sequence

import numpy as np

from rules.tools.measures import area_under_curve, calibration_error, threshold
from training.spam.corpora import Example
from training.spam.rates import add_rates
from workers.spam.ascent import Weights, odds_to_share, product, visit
from workers.spam.hashing import SIZE

ROUNDS = 15
EVEN = 0.5


def fit(examples: Sequence[Example], seed: int, *, rates: bool = True) -> Weights:
    """Return the weights that the examples agree on; with `rates`, those of rare signals too."""
    weights = np.zeros(SIZE, dtype=np.float32)
    duals = [0.0] * len(examples)
    order = list(range(len(examples)))
    rng = random.Random(seed)  # noqa: S311 - reproducible, not secret
    for _ in range(ROUNDS):
        rng.shuffle(order)
        for i in order:
            one = examples[i]
            side = 1 if one.spam else -1
            duals[i] = visit(weights, one.vector, side, duals[i], bound=one.bound)
    if rates:
        add_rates(weights)
    return weights


def held_out(videos: Sequence[Example], others: Sequence[Example], seed: int) -> list[float]:
    """Return the log-odds of each video comment, by weights that never saw its video."""
    found = [0.0] * len(videos)
    for group in sorted({one.group for one in videos}):
        weights = fit([*(one for one in videos if one.group != group), *others], seed)
        for i, one in enumerate(videos):
            if one.group == group:
                found[i] = product(weights, one.vector)
    return found


def calibrate(log_odds: Sequence[float], spam: Sequence[bool]) -> tuple[float, float]:
    """Return (factor, bias) that turn log-odds into probabilities (Platt 1999, by Newton)."""
    x, y = np.asarray(log_odds), np.asarray(spam, dtype=float)
    design = np.stack([x, np.ones_like(x)], axis=1)
    found = np.array([1.0, 0.0])
    for _ in range(50):
        p = 1 / (1 + np.exp(-design @ found))
        slope = design.T @ (y - p)
        curve = (design * (p * (1 - p))[:, None]).T @ design
        found += np.linalg.solve(curve + 1e-9 * np.eye(2), slope)
    return float(found[0]), float(found[1])


def figures(log_odds: Sequence[float], spam: Sequence[bool]) -> dict[str, float]:
    """Return AUC, accuracy and expected calibration error."""
    scores = [odds_to_share(one) for one in log_odds]
    return {
        "auc": area_under_curve(scores, spam) or 0.0,
        "accuracy": threshold(scores, spam, EVEN).accuracy,
        "ece": calibration_error(scores, spam),
    }
