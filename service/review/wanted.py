"""What a moderator wants to see of the queue, as the address of a page has it."""

from dataclasses import asdict
from datetime import datetime
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from store.acts import MOST_AT_ONCE, Target
from store.review_finding import QueueFilter

_PARAMETERS = {"q": "text"}  # the others have the field's own name
_TEXTS = ("queue", "label", "rule", "lang", "author", "score", "text", "campaign")


def filter_of(values: MultiDict[str, str]) -> QueueFilter:
    """Read a filter; what makes no sense asks for nothing."""
    names = {field: field for field in _TEXTS} | {v: k for k, v in _PARAMETERS.items()}
    texts = {field: values.get(names[field], "").strip()[:200] for field in _TEXTS}
    return QueueFilter(**texts, least=_share(values.get("least", "")))


def query_of(wanted: QueueFilter) -> str:
    """Return the filter as a query string."""
    names = {v: k for k, v in _PARAMETERS.items()}
    given = {names.get(name, name): value for name, value in asdict(wanted).items() if value}
    return urlencode(given)


def place_text(place: tuple[int, datetime, str]) -> str:
    """Return a place in the queue as one text."""
    rank, at, comment_id = place
    return f"{rank}~{at.isoformat()}~{comment_id}"


def place_of(text: str) -> tuple[int, datetime, str] | None:
    """Read a place; None for what is none."""
    try:
        rank, at, comment_id = text.split("~")
        moment = datetime.fromisoformat(at)
        return (int(rank), moment, comment_id) if moment.tzinfo else None
    except ValueError:
        return None


def targets_of(values: MultiDict[str, str]) -> list[Target]:
    """Read the comments of a form: `comment=ID:REVISION`, and `replaces` for a single one."""
    pairs = [value.partition(":") for value in values.getlist("comment")][:MOST_AT_ONCE]
    replaces = values.get("replaces") or None
    return [
        Target(comment_id, int(revision), replaces)
        for comment_id, _, revision in pairs
        if revision.isdecimal() and len(revision) < 10  # noqa: PLR2004 - fits the column
    ]


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        return 0.0
    return share if 0.0 <= share <= 1.0 else 0.0
