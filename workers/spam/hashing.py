"""Hashed n-grams: words, pairs of words and runs of characters as numbers below SIZE.

The hashing trick (Weinberger et al., ICML 2009): no dictionary, so no word is kept anywhere, and
words that the prior never saw can be learned. Arithmetic on whole arrays: 1,000 characters cost
about as much as 100.
"""

from collections.abc import Sequence
from functools import lru_cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

BITS = 18
SIZE = 1 << BITS
MOST_WORDS = 600
CHARACTERS = (3, 4, 5)  # lengths of the runs
_NAMES = 1_024  # the named signals, and the domains that many link to
_PRIME = np.uint32(0x01000193)
_SPREAD = np.uint32(0x2C1B3C6D)
_SHIFT = np.uint32(32 - BITS)
_SECOND = np.uint32(0x9E3779B1)
_SKIPPED = np.uint32(0x85EBCA77)

Codes = NDArray[np.uint32]


@lru_cache(maxsize=_NAMES)
def hashed_name(name: str) -> int:
    """Return the place of a named feature; those that come again and again are remembered."""
    return int(_places(np.array([crc32(b"=" + name.encode())], dtype=np.uint32))[0])


def hashed_words(words: Sequence[str]) -> Codes:
    """Return the places of the words, of neighbours, and of words with one between; each once."""
    codes = word_codes(words)
    pairs = codes[:-1] * _SECOND + codes[1:]
    apart = codes[:-2] * _SKIPPED + codes[2:]
    return _each_once(_places(np.concatenate([codes, pairs, apart])))


def word_codes(words: Sequence[str]) -> Codes:
    """Return a number for each word."""
    encoded = " ".join(words[:MOST_WORDS]).encode("utf-8", "surrogatepass")
    return np.fromiter(map(crc32, encoded.split()), dtype=np.uint32)


def hashed_characters(line: str) -> Codes:
    """Return the places of the runs of characters, each once."""
    codes = np.frombuffer(line.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    found: list[Codes] = []
    running = codes
    for length in range(2, max(CHARACTERS) + 1):
        running = running[:-1] * _PRIME ^ codes[length - 1 :]
        if length in CHARACTERS:
            found.append(running * _SECOND + np.uint32(length))
    return _each_once(_places(np.concatenate(found)))


def _places(codes: Codes) -> Codes:
    mixed = (codes ^ (codes >> np.uint32(15))) * _SPREAD
    mixed ^= mixed >> np.uint32(12)
    return (mixed * _SECOND) >> _SHIFT


def _each_once(places: Codes) -> Codes:
    """Return the places sorted, each once (`numpy.unique` takes three times as long on few)."""
    places.sort()
    return places[first_ones(places)]


def first_ones(places: Codes) -> NDArray[np.bool_]:
    """Return which of sorted places are other than the one before."""
    first = np.ones(len(places), dtype=np.bool_)
    np.not_equal(places[1:], places[:-1], out=first[1:])
    return first


def word_places(codes: Codes) -> Codes:
    """Return the place of each word of `word_codes`, in order."""
    return _places(codes)
