"""Template filters: times, numbers and names as people read them."""

from datetime import datetime

from flask import g
from jinja2 import Environment

from store.review import COUNT_CAP

_UNITS = (("d", 86_400), ("h", 3_600), ("min", 60))


def register_filters(environment: Environment) -> None:
    """Give the templates their filters."""
    environment.filters.update(
        ago=ago, moment=moment, capped=capped, percent=percent, width=width, named=named
    )


def ago(then: datetime) -> str:
    """Return how long ago something was: `3 min`, `2 h`, `5 d`."""
    seconds = (g.visit.now - then).total_seconds()
    for unit, size in _UNITS:
        if seconds >= size:
            return f"{int(seconds // size)} {unit}"
    return "now"


def moment(then: datetime) -> str:
    """Return a time in full, to the second, UTC."""
    return then.strftime("%Y-%m-%d %H:%M:%S UTC")


def capped(count: int) -> str:
    """Return a count that `store.review` may have stopped at COUNT_CAP."""
    return f"{COUNT_CAP:,}+" if count >= COUNT_CAP else f"{count:,}"


def percent(value: float) -> str:
    """Return a score 0..1 as a whole percentage, and never 100 for what is less than 1."""
    return str(min(round(value * 100), 99 if value < 1 else 100))


def width(value: float) -> str:
    """Return a score 0..1 as the width of a bar of 100."""
    return f"{max(0.0, min(1.0, value)) * 100:.1f}"


def named(name: str) -> str:
    """Return a score's or a label's name in words."""
    return name.replace("_", " ").replace("-", " ")
