"""Translation: an Akismet form as one of our comments."""

import hashlib
import hmac
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from pydantic import JsonValue

from rules.comment import CONTEXT_MAX_ITEMS, SPAM_SIGNALS, Author, Comment, Format, Thread
from rules.references import unescape
from service.compat.akismet.arrival import how_it_came
from service.compat.akismet.form import Form
from service.compat.texts import MAX_IDENTIFIER, MAX_LONG, MAX_URL, short, storable
from store.kept_addresses import GUEST

PREFIX = "akismet:"  # of the external ids that are made here
GUID = re.compile(r"[0-9a-f]{32}")
TAG = re.compile(r"<[^<>]{0,300}>")
# What is given back with webhooks, so that the blog finds its comment. Everything else that a
# client sends along (POST_*, HTTP_*, REMOTE_ADDR…) is personal data that nobody here reads.
_GIVEN_BACK = ("blog", "comment_post_ID", "comment_ID", "reporter", "recheck_reason", "is_test")
_BRACKETED = re.compile(r"\[([0-9a-fA-F:.]+)\](:\d+)?")
_WITH_PORT = re.compile(r"(\d+\.\d+\.\d+\.\d+):\d+")
_NOBODY = ("", "0")


def comment_of(form: Form, guid: str, body: str, now: datetime, *, markup: bool) -> Comment:
    """Return the comment that a check asks about; `body` is its text, in HTML with `markup`."""
    written: Format = "html" if markup else "text"
    return Comment(
        external_id=PREFIX + guid,
        type=short(form.get("comment_type", "content_type")) or "comment",
        body=body,
        format=written,
        author=_author(form),
        thread=_thread(form),
        posted_at=_moment(form.get("comment_date_gmt"), now),
        metadata={"akismet": _given_back(form, guid), SPAM_SIGNALS: how_it_came(form, now)},
    )


def text_of(form: Form) -> str:
    """Return what there is to judge: a sign-up has no text, but a name and an address."""
    return form.get("comment_content") or (
        "\n".join(filter(None, (form.get("comment_author"), form.get("comment_author_url"))))
        or "(no text)"
    )


def guid_of(form: Form, site_id: str) -> str:
    """Return the `X-akismet-guid` of the comment: 32 hex digits, the same on every call for it.

    It is a digest of where, by whom and what, so that a later `submit-ham` or recheck, whose
    client may not have kept it, names the same comment. The text counts as it reads: platforms
    filter markup and white space between a check and what they store. Keyed with the site's id,
    which no client knows, so that nobody can test a guess of an erased comment against it.
    """
    parts = (
        _address(form.get("blog")),
        form.get("user_ip"),
        _reading(form.get("comment_author")),
        _reading(text_of(form)),
        _address(form.get("permalink")),
        form.get("comment_post_ID"),
    )
    return _digest(site_id, "\x1f".join(map(storable, parts)))


def guid_after(guid: str, erased_id: str, site_id: str) -> str:
    """Return the guid of the same words said again after the comment `erased_id` was erased."""
    return _digest(site_id, f"{guid}\x1f{erased_id}")


def _digest(site_id: str, said: str) -> str:
    return hmac.new(site_id.encode(), said.encode(), hashlib.sha256).hexdigest()[:32]


def _author(form: Form) -> Author:
    email = short(form.get("comment_author_email"))
    return Author(
        id=_author_id(form, email),
        name=short(form.get("comment_author")),
        email=email,
        url=short(form.get("comment_author_url"), MAX_URL),
        ip=short(_client(form.get("user_ip"))),
        user_agent=short(form.get("user_agent", "comment_agent")),
        role=_role(form),
    )


def _client(sent: str) -> str:
    """Return the address in `203.0.113.9, 10.0.0.1` (X-Forwarded-For), `[::1]`, `1.2.3.4:80`."""
    first = sent.partition(",")[0].strip()
    found = _BRACKETED.fullmatch(first) or _WITH_PORT.fullmatch(first)
    return found[1] if found else first


def _role(form: Form) -> str | None:
    """Return the first of WordPress's roles, separated by commas: most people have one."""
    return short(form.get("user_role").partition(",")[0])


def _author_id(form: Form, email: str | None) -> str | None:
    """Return the platform's number of its user; of a guest, the address that WordPress goes by."""
    user = form.get("user_id", "user_ID")
    if user not in _NOBODY:
        return short(user, MAX_IDENTIFIER)
    return short(f"{GUEST}{email.lower()}", MAX_IDENTIFIER) if email else None


def _thread(form: Form) -> Thread:
    parent = form.get("comment_parent")
    contexts = [cut for text in form.contexts if (cut := short(text, MAX_LONG))]
    return Thread(
        url=short(form.get("permalink"), MAX_URL),
        parent=None if parent in _NOBODY else short(parent, MAX_IDENTIFIER),
        context=contexts[:CONTEXT_MAX_ITEMS],
    )


def _given_back(form: Form, guid: str) -> dict[str, JsonValue]:
    kept = {name: short(form.get(name), MAX_IDENTIFIER) for name in _GIVEN_BACK}
    return {"guid": guid, **{name: value for name, value in kept.items() if value}}


def _moment(text: str, now: datetime) -> datetime | None:
    """Return a past time as ISO 8601, MySQL or HTTP writes it; in UTC where it has no zone."""
    try:
        moment = parsedate_to_datetime(text) if "," in text else datetime.fromisoformat(text)
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return min(moment, now)


def _reading(text: str) -> str:
    return " ".join(TAG.sub("", unescape(text)).split()).casefold()


def _address(url: str) -> str:
    return url.partition("://")[2].rstrip("/").casefold() or url.rstrip("/").casefold()
