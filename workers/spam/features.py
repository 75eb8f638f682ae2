"""Features: a comment as a sparse vector, for the prior and for every site's own model."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue

from rules.comment import Comment
from workers.spam.hashing import first_ones, hashed_characters, hashed_name, hashed_words
from workers.spam.people import people_signals
from workers.spam.reading import Reading, read
from workers.spam.signals import Signals, text_signals

BIAS = "site"
_BIAS_SIZE = 0.3
_NOTHING: Mapping[str, JsonValue] = {}


@dataclass(frozen=True)
class Vector:
    """Places below `hashing.SIZE`, each once, and the values there."""

    places: NDArray[np.uint32]
    values: NDArray[np.float32]

    @property
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
    words, runs = hashed_words(reading.words), hashed_characters(reading.line)
    named = np.array([hashed_name(name) for name in (BIAS, *signals)], dtype=np.uint32)
    sizes = np.array([_BIAS_SIZE, *signals.values()], dtype=np.float32)
    places = np.concatenate([words, runs, named])
    values = np.concatenate([_unit(len(words)), _unit(len(runs)), sizes])
    order = places.argsort(kind="stable")
    places, values = places[order], values[order]
    starts = first_ones(places).nonzero()[0]
    return Vector(places[starts], np.add.reduceat(values, starts))


def _unit(count: int) -> NDArray[np.float32]:
    """Return equal values whose squares sum to one: a long text speaks no louder than a short."""
    return np.full(count, 1 / max(count, 1) ** 0.5, dtype=np.float32)
