"""Facts about the author, the thread, the flood of comments and the time."""

from operator import attrgetter

from rules.comment import SPAM_SIGNALS
from rules.facts.domains import DISPOSABLE
from rules.facts.fact import HOST, Fact, Kind, counted
from rules.facts.subject import Subject

_PAST = {
    "author.approved_count": ("approved", "comments approved before, of the newest 1,000"),
    "author.rejected_count": ("rejected", "comments rejected before, of the newest 1,000"),
    "author.spam_count": ("spam", "comments people called spam before, of the newest 1,000"),
    "author.approved_24h": ("approved_24h", "comments approved in the last 24 hours"),
    "author.rejected_24h": ("rejected_24h", "comments rejected in the last 24 hours"),
    "author.spam_24h": ("spam_24h", "comments marked as spam in the last 24 hours"),
    "author.approved_30d": ("approved_30d", "comments approved in the last 30 days"),
    "author.rejected_30d": ("rejected_30d", "comments rejected in the last 30 days"),
    "author.spam_30d": ("spam_30d", "comments marked as spam in the last 30 days"),
    "flood.minutes": ("flood_minutes", "how many minutes the flood facts look back"),
    "flood.author": ("flood_author", "comments by this author in the last flood.minutes"),
    "flood.ip": ("flood_ip", "comments from this IP address in the last flood.minutes"),
    "flood.similar": ("flood_similar", "near-identical comments in the last flood.minutes"),
}
HISTORY_FACTS = frozenset(_PAST)
"""Names of facts that are counted in other comments of the author, the address or the text."""


def _maybe(name: str, kind: Kind, meaning: str, path: str) -> Fact:
    return Fact(name, kind, meaning, attrgetter(f"comment.{path}"), sometimes=True)


def _email_domain(subject: Subject) -> str | None:
    """Return the domain of `ann@a.org` or `Ann <ann@a.org>`, None of what is neither."""
    _, at, domain = (subject.comment.author.email or "").rpartition("@")
    domain = domain.strip(" \t>.").lower()
    return domain if at and domain else None


def _disposable(subject: Subject) -> bool | None:
    domain = _email_domain(subject)
    if domain is None:
        return None
    parts = domain.split(".")
    return any(".".join(parts[at:]) in DISPOSABLE for at in range(len(parts) - 1))


def _hour(subject: Subject) -> int | None:
    return subject.local.hour if subject.local else None


def _weekday(subject: Subject) -> int | None:
    return subject.local.isoweekday() if subject.local else None


def _author_age(subject: Subject) -> float | None:
    return subject.days_since(subject.comment.author.created_at)


def _thread_age(subject: Subject) -> float | None:
    return subject.days_since(subject.comment.thread.published_at)


def _honeypot(subject: Subject) -> bool | None:
    told = subject.comment.metadata.get(SPAM_SIGNALS)
    return bool(told["honeypot"]) if isinstance(told, dict) and "honeypot" in told else None


def _type(subject: Subject) -> str:
    return subject.comment.type


PEOPLE_FACTS = (
    _maybe("author.id", "text", "the platform's id of the author", "author.id"),
    _maybe("author.role", "text", "role on the platform, such as subscriber", "author.role"),
    _maybe("author.name", "text", "name as shown", "author.name"),
    _maybe("author.email", "text", "e-mail address", "author.email"),
    _maybe("author.url", "text", "the author's web address", "author.url"),
    _maybe("author.ip", "text", "IP address", "author.ip"),
    _maybe("author.user_agent", "text", "browser as it names itself", "author.user_agent"),
    Fact(
        "author.email_domain",
        "text",
        "domain of the e-mail address",
        _email_domain,
        sometimes=True,
        form=HOST,
    ),
    Fact(
        "author.disposable_email",
        "truth",
        "e-mail of a throw-away service",
        _disposable,
        sometimes=True,
    ),
    Fact("author.age_days", "number", "age of the account in days", _author_age, sometimes=True),
    Fact(
        "thread.age_days",
        "number",
        "days since the thread was published",
        _thread_age,
        sometimes=True,
    ),
    _maybe("thread.title", "text", "title of the thread", "thread.title"),
    _maybe("thread.url", "text", "web address of the thread", "thread.url"),
    _maybe("thread.parent", "text", "the comment that this one answers", "thread.parent"),
    Fact("thread.type", "text", "type of the comment (comment, forum-post, …)", _type),
    Fact("comment.type", "text", "type of the comment (comment, forum-post, …)", _type),
    Fact(
        "comment.honeypot",
        "truth",
        "a field that people cannot see was filled in",
        _honeypot,
        sometimes=True,
    ),
    Fact(
        "time.hour",
        "number",
        "hour of the day in the policy's timezone, 0 to 23",
        _hour,
        low=0,
        high=23,
        sometimes=True,
        whole=True,
    ),
    Fact(
        "time.weekday",
        "number",
        "1 Monday to 7 Sunday, in the policy's timezone",
        _weekday,
        low=1,
        high=7,
        sometimes=True,
        whole=True,
    ),
    *(counted(name, attribute, meaning) for name, (attribute, meaning) in _PAST.items()),
)
