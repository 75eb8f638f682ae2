"""Suggestions: how often people said that a score should have been high, or low.

They are counts among the hourly ones: no text, no digest of one, and nobody's name.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from store.counts import CountKey, add_counts, counts_between

MAX_NAME = 200  # characters of a count's name


class Suggestion(NamedTuple):
    """What an engine scored, in whole hundredths, and whether it should have been high."""

    attribute: str
    engine: str
    hundredths: int
    high: bool


def add_suggestions(
    tx: Connection, site_id: str, suggestions: Iterable[Suggestion], now: datetime
) -> None:
    """Count what was suggested just now."""
    counts = Counter(CountKey(site_id, "suggested", _name(one)) for one in suggestions)
    add_counts(tx, counts, now)


def suggestions_between(
    tx: Connection, site_id: str, since: datetime, until: datetime
) -> dict[Suggestion, int]:
    """Return {suggestion: how often} of the whole hours from `since` up to `until`."""
    counted = counts_between(tx, site_id, since, until).get("suggested", {})
    return {_read(name): count for name, count in counted.items()}


def _name(one: Suggestion) -> str:
    return f"{one.attribute}|{one.high:d}|{one.hundredths:03}|{one.engine}"[:MAX_NAME]


def _read(name: str) -> Suggestion:
    attribute, high, hundredths, engine = name.split("|", 3)
    return Suggestion(attribute, engine, int(hundredths), high == "1")
