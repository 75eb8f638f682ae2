"""What a moderator wants to see of the queue, as the address of a page has it."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from store.acts import MOST_AT_ONCE, Target
from store.review_finding import QueueFilter
from store.review_looks import Look, Place

_PARAMETERS = {"q": "text"}  # the others have the field's own name
_TEXTS = ("queue", "label", "rule", "lang", "author", "score", "text", "campaign")

_MOST = 1_000_000_000  # what an address may count to


@dataclass(frozen=True)
class Spot:
    """Where somebody is in the queue: behind a place, having passed so many comments."""

    after: Place | None = None
    passed: int = 0

    def behind(self, look: Look) -> "Spot | None":
        """Return where to go on after a look from here; None at the queue's end."""
        return None if look.end is None else Spot(look.end, self.passed + look.looked)

    @property
    def query(self) -> str:
        """The spot as a query string; empty at the beginning of the queue."""
        if self.after is None:
            return ""
        return urlencode({"after": place_text(self.after), "passed": self.passed})


def spot_of(values: MultiDict[str, str]) -> Spot:
    """Read a spot; what makes no sense is the beginning."""
    passed = values.get("passed", 0, type=int)
    return Spot(place_of(values.get("after", "")), max(0, min(passed, _MOST)))


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


def place_text(place: Place) -> str:
    """Return a place in the queue as one text."""
    rank, at, comment_id = place
    return f"{rank}~{at.isoformat()}~{comment_id}"


def place_of(text: str) -> Place | None:
    """Read a place; None for what is none."""
    try:
        rank, at, comment_id = text.split("~")
        moment = datetime.fromisoformat(at)
        place = (int(rank), moment.astimezone(UTC), comment_id)
    except (ValueError, OverflowError):
        return None
    return place if moment.tzinfo and abs(place[0]) <= _MOST else None


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
