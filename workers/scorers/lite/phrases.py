"""Phrases weighed: a linear model of words, neighbours and runs of letters beside the network.

The network sees each of our few thousand real comments once or twice, too seldom for what is said
in a set way ("people like you", "get a life"), and it does not see spelling. Hashed as for spam.
"""

import math
import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from workers.spam.hashing import SIZE, character_runs, first_ones, places_of, word_grams

_WORD = re.compile(r"[\w'*@$]+")
_SHORTEST_LINE = 5
Weights = NDArray[np.float16]
"""One for each place of the hashing, of shape [SIZE]."""
Places = NDArray[np.uint32]


def phrases_of(text: str) -> tuple[Places, Places]:
    """Return the places of a text's words and pairs of words, and of its runs of letters."""
    line = f" {' '.join(text.lower().split())} "
    words = word_grams(" ".join(_WORD.findall(line)))
    runs = character_runs(line) if len(line) >= _SHORTEST_LINE else []
    return _each_once(words), _each_once(np.concatenate([_NOTHING, *runs]))


_NOTHING: Places = np.zeros(0, dtype=np.uint32)


def _each_once(codes: Places) -> Places:
    places = places_of(codes)
    places.sort()
    return places[first_ones(places)]


class Phrases:
    """The linear model: each of the two kinds of a text's phrases is of unit length."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights

    @classmethod
    def read(cls, path: Path) -> "Phrases":
        """Return the model of a NumPy file; raise ValueError when it holds something else."""
        with np.load(path, allow_pickle=False) as file:
            weights = file["weights"]
        if weights.shape != (SIZE,):
            raise ValueError(f"{path} holds numbers of shape {weights.shape}, not ({SIZE},)")
        return cls(weights)

    def weigh(self, text: str) -> float:
        """Return the sum of the text's weights: above 0 for what abuse is made of."""
        return sum(self._mean(places) for places in phrases_of(text))

    def _mean(self, places: Places) -> float:
        if not len(places):
            return 0.0
        return float(self._weights[places].sum(dtype=np.float32)) / math.sqrt(len(places))
