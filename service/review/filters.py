"""Template filters: times, numbers and names as people read them."""

from datetime import datetime

from flask import g
from jinja2 import Environment

from service.review.care import careful
from service.review.language import N_, current_language, gettext
from service.review.letters import breakable
from service.review.marking import pieces_of, written
from store.escalation import ESCALATED
from store.review import COUNT_CAP

_UNITS = ((N_("%d d"), 86_400), (N_("%d h"), 3_600), (N_("%d min"), 60))
_POINTS = {"de": ".", "es": "."}  # between the thousands
_WORDS = {
    "admin": N_("admin"),
    "approve": N_("approve"),
    "cancelled": N_("cancelled"),
    "decided": N_("decided"),
    "delivered": N_("delivered"),
    "erased": N_("erased"),
    "escalate": N_("escalate"),
    "failed": N_("failed"),
    "fallback": N_("fallback"),
    "ham": N_("no spam"),
    "moderator": N_("moderator"),
    "move": N_("move"),
    "pending": N_("pending"),
    "platform": N_("platform"),
    "policy": N_("policy"),
    "reject": N_("reject"),
    "review": N_("review"),
    "scored": N_("scored"),
    "snooze": N_("snooze"),
    "spam": N_("spam"),
    "superseded": N_("out of date"),
}
_NAMES = (
    N_("identity attack"),
    N_("insult"),
    N_("obscene"),
    N_("profanity"),
    N_("severe toxicity"),
    N_("sexual explicit"),
    N_("threat"),
    N_("toxicity"),
    N_("escalated"),
)


def register_filters(environment: Environment) -> None:
    """Give the templates their filters."""
    environment.filters.update(
        ago=ago,
        moment=moment,
        capped=capped,
        number=number,
        percent=percent,
        width=width,
        named=named,
        queue_label=queue_label,
        word=word,
        breakable=breakable,
        careful=careful,
        pieces=pieces_of,
        written=written,
        lasted=lasted,
    )


def ago(then: datetime) -> str:
    """Return how long ago something was: `3 min`, `2 h`, `5 d`."""
    seconds = (g.visit.now - then).total_seconds()
    for unit, size in _UNITS:
        if seconds >= size:
            return gettext(unit) % int(seconds // size)
    return gettext("now")


def lasted(seconds: float | None) -> str:
    """Return a span of time in its largest unit, a dash for none."""
    if seconds is None:
        return "–"  # noqa: RUF001 - a dash
    for unit, size in _UNITS:
        if seconds >= 2 * size or seconds == size:
            return gettext(unit) % round(seconds / size)
    return gettext("%d s") % round(seconds)


def moment(then: datetime) -> str:
    """Return a time in full, to the second, UTC."""
    return then.strftime("%Y-%m-%d %H:%M:%S UTC")


def number(count: int) -> str:
    """Return a number with something between its thousands."""
    return f"{count:,}".replace(",", _POINTS.get(current_language(), ","))


def capped(count: int) -> str:
    """Return a count that `store.review` may have stopped at COUNT_CAP."""
    return f"{number(COUNT_CAP)}+" if count >= COUNT_CAP else number(count)


def percent(value: float) -> str:
    """Return a score 0..1 as a whole percentage, and never 100 for what is less than 1."""
    return str(min(round(value * 100), 99 if value < 1 else 100))


def width(value: float) -> str:
    """Return a score 0..1 as the width of a bar of 100."""
    return f"{max(0.0, min(1.0, value)) * 100:.1f}"


def named(name: str) -> str:
    """Return a score's or a label's name in words; what a policy invents stays as it is."""
    words = name.replace("_", " ").replace("-", " ")
    return gettext(words) if words in _NAMES else word(words)


def queue_label(name: str) -> str:
    """Return what a queue's tab says: a word of ours, or the very name that somebody gave."""
    if not name:
        return gettext("Queue")
    return named(name).capitalize() if name == ESCALATED else name


def word(name: str) -> str:
    """Return a word of the interface, such as a decision or a state, in this language."""
    return gettext(_WORDS[name]) if name in _WORDS else name
