"""Identifiers: opaque strings with a type prefix that sort by the time they were made."""

import os
import threading
import time
from datetime import datetime

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_RANDOM_BITS = 80


class _Monotonic:
    """Numbers of 48 bits of milliseconds and 80 random bits, each larger than the one before.

    Source: the ULID specification, "Monotonicity": within a millisecond, count on.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def next(self) -> int:
        with self._lock:
            fresh = _number(time.time_ns() // 1_000_000)
            same_moment = fresh >> _RANDOM_BITS <= self._last >> _RANDOM_BITS
            self._last = self._last + 1 if same_moment else fresh
            return self._last


_monotonic = _Monotonic()


def new_id(prefix: str, at: datetime | None = None) -> str:
    """Return `prefix_` and a ULID in lower case, in Crockford's base 32.

    Later ids sort after earlier ones: always within a process, as far as their clocks agree
    between hosts. So "newest first" is the order of the primary key. `at` is the time that it
    sorts by, now by default.
    """
    number = _monotonic.next() if at is None else _number(int(at.timestamp() * 1000))
    return _id(prefix, number)


def new_id_after(other: str | None, prefix: str) -> str:
    """Return a new id that sorts after another of its kind, whatever clock that came from.

    It is a millisecond later at least: the numbers next to the other's are its own process's.
    """
    fresh = new_id(prefix)
    if other is None or fresh > other:
        return fresh
    return _id(prefix, _number(_moment(other) + 1))


def _id(prefix: str, number: int) -> str:
    digits = [_ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5)]
    return f"{prefix}_{''.join(digits)}"


def _moment(id_: str) -> int:
    number = 0
    for digit in id_.rpartition("_")[2]:
        number = number << 5 | _ALPHABET.index(digit)
    return number >> _RANDOM_BITS


def _number(moment: int) -> int:
    return moment << _RANDOM_BITS | int.from_bytes(os.urandom(10))
