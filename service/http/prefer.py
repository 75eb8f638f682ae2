"""`Prefer: wait=N` (RFC 7240): how long a caller is willing to wait for a verdict."""

from werkzeug.http import parse_list_header

MAX_WAIT_SECONDS = 30
_MAX_DIGITS = 6


def wanted_wait(prefer: str | None) -> int | None:
    """Return the seconds that the first `wait` of a Prefer header asks for, at most 30.

    None where there is no such preference or it is malformed: RFC 7240 has those ignored.
    """
    for preference in parse_list_header(prefer or ""):
        name, _, value = preference.partition(";")[0].partition("=")
        if name.strip().lower() == "wait":
            return _seconds(value.strip().strip('"'))
    return None


def _seconds(value: str) -> int | None:
    if not (value.isascii() and value.isdigit()):
        return None
    # Compared by length first: int() of a long run of digits is slow, and refused past 4300.
    return MAX_WAIT_SECONDS if len(value) > _MAX_DIGITS else min(int(value), MAX_WAIT_SECONDS)
