"""Dual coordinate ascent: logistic regression one example at a time, in any order, taken back.

The weights are the sum of what each example holds of them: `dual * side * vector`, with a dual
between 0 and the example's bound (Yu, Huang, Lin: Dual coordinate descent methods for logistic
regression, Machine Learning 85, 2011). So an example is forgotten by subtracting its share, and
whatever the order, repeated visits lead to the one optimum that a batch would find.
"""

from math import exp

import numpy as np
from numpy.typing import NDArray

from workers.spam.features import Vector

Weights = NDArray[np.float32]

_ROUNDS = 50
_CLOSE = 1e-4  # of a dual that is wanted
_AT_HOME = 1e-3  # how far from its optimum a dual may stay: most of those visited again have none
FAR = 30.0  # log-odds beyond which nothing changes


def product(weights: Weights, vector: Vector) -> float:
    """Return what the weights say of a vector, in log-odds."""
    return float(weights.take(vector.places).dot(vector.values))


def visit(
    weights: Weights, vector: Vector, side: int, dual: float, *, bound: float, offset: float = 0.0
) -> float:
    """Move one example's dual to its optimum, the weights with it; return the new dual.

    `side` is 1 for spam and -1 for ordinary; `offset` is what the prior says, in log-odds.
    """
    square = vector.square
    margin = side * (offset + product(weights, vector)) - dual * square
    wanted = _optimum(margin, square, bound, dual)
    if abs(wanted - dual) < _AT_HOME and dual <= bound:
        return dual
    np.add.at(weights, vector.places, np.float32((wanted - dual) * side) * vector.values)
    return wanted


def take_back(weights: Weights, vector: Vector, side: int, dual: float) -> None:
    """Remove an example's share of the weights."""
    np.subtract.at(weights, vector.places, np.float32(dual * side) * vector.values)


def odds_to_share(log_odds: float) -> float:
    """Return the probability 0..1 of log-odds."""
    if log_odds < -FAR:
        return exp(-FAR)
    return 1.0 / (1.0 + exp(-min(log_odds, FAR)))


def _optimum(margin: float, square: float, bound: float, start: float) -> float:
    """Return the dual d in 0..bound with d = bound * sigma(-(margin + d * square)).

    The right side falls as d rises, so there is one. Newton's steps find it from `start`; where
    they do not get smaller fast, the interval that it is in is halved.
    """
    low, high, dual, step = 0.0, bound, min(start, bound), bound
    for _ in range(_ROUNDS):
        share = 1 / (1 + exp(min(margin + dual * square, FAR)))  # `odds_to_share`, inlined
        over = dual - bound * share
        low, high = (low, dual) if over > 0 else (dual, high)
        before, last = dual, abs(step)
        step = -over / (1 + bound * square * share * (1 - share))
        dual += step
        if abs(step) > last / 2 or not low <= dual <= high:
            dual = (low + high) / 2
            step = dual - before
        if abs(step) < _CLOSE:
            break
    return dual
