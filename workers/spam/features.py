"""Features: a comment as a sparse vector, for the prior and for every site's own model."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue

from rules.comment import Comment
from rules.remembering import found_once
from workers.spam.hashing import (
    BITS,
    character_runs,
    constant,
    first_ones,
    name_code,
    places_of,
    word_grams,
)
from workers.spam.people import people_signals
from workers.spam.reading import Reading, read
from workers.spam.signals import Signals, text_signals

_BIAS_NAME = "site"
_BIAS_SIZE = 0.3
_PART_BITS = constant(32 - BITS)
_PARTS = constant((1 << 32 - BITS) - 1)
_RUNS, _NAMED = constant(1), 2  # parts; words are 0, and every named feature has one from 2 on
_NOTHING: Mapping[str, JsonValue] = {}


@dataclass(frozen=True)
class Vector:
    """Places below `hashing.SIZE`, each once (as NumPy indexes fastest), and the values there."""

    places: NDArray[np.intp]
    values: NDArray[np.float32]

    @found_once
    def square(self) -> float:
        """Its squared length."""
        return float(self.values @ self.values)


@dataclass(frozen=True)
class Features:
    """A comment's vector, with what it was made from: reasons are told from that."""

    vector: Vector
    reading: Reading
    signals: Signals


def features_of(comment: Comment, metadata: Mapping[str, JsonValue] = _NOTHING) -> Features:
    """Return a comment's features; `metadata` as it was submitted."""
    reading = read(comment.body)
    signals = text_signals(reading) | people_signals(comment, metadata)
    return Features(_vector(reading, signals), reading, signals)


def _vector(reading: Reading, signals: Signals) -> Vector:
    """Return words, runs of characters and signals as one vector.

    Each part's values are equal, and their squares sum to one: a long text speaks no louder than
    a short. All is hashed and sorted at once, with the number of its part behind its place.
    """
    words, runs = word_grams(reading.line), character_runs(reading.line)
    names = [name_code(_BIAS_NAME), *map(name_code, signals)]
    keys = places_of(np.concatenate((words, *runs, np.array(names, dtype=np.uint32))))
    keys <<= _PART_BITS
    named = len(keys) - len(names)
    keys[len(words) : named] += _RUNS
    keys[named:] += np.arange(_NAMED, _NAMED + len(names), dtype=np.uint32)
    keys.sort()
    keys = keys[first_ones(keys)]
    parts = keys & _PARTS
    runs_kept = int(np.count_nonzero(parts)) - len(names)
    shares = (_share(len(keys) - runs_kept - len(names)), _share(runs_kept))
    values = np.array((*shares, _BIAS_SIZE, *signals.values()), dtype=np.float32).take(parts)
    keys >>= _PART_BITS
    starts, places = first_ones(keys), keys.astype(np.intp)
    if starts.all():
        return Vector(places, values)
    return Vector(places[starts], np.add.reduceat(values, starts.nonzero()[0]))


def _share(count: int) -> float:
    return 1 / sqrt(max(count, 1))
