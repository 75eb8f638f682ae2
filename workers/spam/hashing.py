"""Hashed n-grams: words, pairs of words and runs of characters as numbers below SIZE.

The hashing trick (Weinberger et al., ICML 2009): no dictionary, so no word is kept anywhere, and
words that the prior never saw can be learned. Arithmetic on whole arrays: 1,000 characters cost
about as much as 100.
"""

from functools import lru_cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

BITS = 18
SIZE = 1 << BITS
MOST_WORDS = 600
CHARACTERS = (3, 4, 5)  # lengths of the runs
_NAMES = 1_024  # the named signals, and the domains that many link to

Codes = NDArray[np.uint32]


def constant(number: int) -> Codes:
    """Return a number as an array of no dimension, which NumPy reckons with fastest."""
    return np.array(number, dtype=np.uint32)


_PRIME = constant(0x01000193)
_SPREAD = constant(0x2C1B3C6D)
_SHIFT = constant(32 - BITS)
_SECOND = constant(0x9E3779B1)
_SKIPPED = constant(0x85EBCA77)
_FIRST_MIX, _SECOND_MIX = constant(15), constant(12)
_LENGTHS = {length: constant(length) for length in CHARACTERS}


def hashed_name(name: str) -> int:
    """Return the place of a named feature."""
    return int(places_of(np.array([name_code(name)], dtype=np.uint32))[0])


@lru_cache(maxsize=_NAMES)
def name_code(name: str) -> int:
    """Return the number of a named feature; those that come again and again are remembered."""
    return crc32(b"=" + name.encode())


def word_grams(line: str) -> Codes:
    """Return numbers of the words, of neighbours, and of words with one between."""
    codes = word_codes(line)
    pairs, apart = codes[:-1] * _SECOND, codes[:-2] * _SKIPPED
    pairs += codes[1:]
    apart += codes[2:]
    return np.concatenate((codes, pairs, apart))


def word_codes(line: str) -> Codes:
    """Return a number for each word of a line."""
    words = line.encode("utf-8", "surrogatepass").split(None, MOST_WORDS)[:MOST_WORDS]
    return np.fromiter(map(crc32, words), np.uint32, len(words))


def character_runs(line: str) -> list[Codes]:
    """Return numbers of the runs of characters, by length."""
    codes = np.frombuffer(line.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    found: list[Codes] = []
    running = codes
    for length in range(2, max(CHARACTERS) + 1):
        running = running[:-1] * _PRIME
        running ^= codes[length - 1 :]
        if length in CHARACTERS:
            mixed = running * _SECOND
            mixed += _LENGTHS[length]
            found.append(mixed)
    return found


def places_of(codes: Codes) -> Codes:
    """Return the places below SIZE of numbers."""
    mixed = codes >> _FIRST_MIX
    mixed ^= codes
    mixed *= _SPREAD
    mixed ^= mixed >> _SECOND_MIX
    mixed *= _SECOND
    mixed >>= _SHIFT
    return mixed


def first_ones(places: Codes) -> NDArray[np.bool_]:
    """Return which of sorted places are other than the one before."""
    first = np.empty(len(places), dtype=np.bool_)
    first[:1] = True
    np.not_equal(places[1:], places[:-1], out=first[1:])
    return first
