"""Identifiers: opaque strings with a type prefix that sort by the time they were made."""

import os
import time
from datetime import datetime

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def new_id(prefix: str, at: datetime | None = None) -> str:
    """Return `prefix_` and a ULID in lower case: 48 bits of milliseconds, 80 random bits.

    Source: the ULID specification, with Crockford's base 32. Later ids sort after earlier ones
    (to the millisecond), so "newest first" is the order of the primary key. `at` is the time that
    it sorts by, now by default.
    """
    moment = time.time_ns() // 1_000_000 if at is None else int(at.timestamp() * 1000)
    number = moment << 80 | int.from_bytes(os.urandom(10))
    digits = [_ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5)]
    return f"{prefix}_{''.join(digits)}"
