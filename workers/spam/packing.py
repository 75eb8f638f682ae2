"""Vectors and weights as bytes: places and values, compressed."""

import zlib

import numpy as np

from workers.spam.ascent import Weights
from workers.spam.features import Vector
from workers.spam.hashing import SIZE

_FAST = 1


def pack_vector(vector: Vector) -> bytes:
    """Return a vector as bytes; values in half precision, see `rounded`."""
    return vector.places.astype("<u4").tobytes() + vector.values.astype("<f2").tobytes()


def unpack_vector(packed: bytes) -> Vector:
    """Return the vector of `pack_vector`."""
    count = len(packed) // 6
    places = np.frombuffer(packed, dtype="<u4", count=count)
    values = np.frombuffer(packed, dtype="<f2", offset=4 * count)
    return Vector(places.astype(np.intp), values.astype(np.float32))


def rounded(vector: Vector) -> Vector:
    """Return the vector as it is stored, so that what was taught can be taken back exactly."""
    return Vector(vector.places, vector.values.astype(np.float16).astype(np.float32))


def pack_weights(weights: Weights) -> bytes:
    """Return the weights that are not nothing as bytes."""
    places = np.flatnonzero(weights != 0).astype("<u4")
    return zlib.compress(places.tobytes() + weights[places].astype("<f4").tobytes(), _FAST)


def unpack_weights(packed: bytes) -> Weights:
    """Return the weights of `pack_weights`; raise ValueError when they are none."""
    weights = np.zeros(SIZE, dtype=np.float32)
    if packed:
        try:
            raw = zlib.decompress(packed)
        except zlib.error as error:
            raise ValueError("these are no packed weights") from error
        count = len(raw) // 8
        places = np.frombuffer(raw, dtype="<u4", count=count)
        if len(raw) % 8 or (count and places.max() >= SIZE):
            raise ValueError("these are no packed weights")
        weights[places] = np.frombuffer(raw, dtype="<f4", offset=4 * count)
    return weights
