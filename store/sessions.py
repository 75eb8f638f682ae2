"""Sessions: who is signed in, stored by the digest of a token that only their browser has."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from store.accounts import Account, Membership, Preferences, memberships_of
from store.records import Record
from store.review_tables import sessions
from store.tables import people

LIFETIME = timedelta(days=7)  # of a session, however much it is used
IDLE = timedelta(hours=12)  # without a request, then it ends
NOTED_EVERY = timedelta(minutes=1)  # so that reading pages costs one write a minute


class SessionRecord(Record):
    """A session as its person sees it in a list."""

    id: str
    created_at: datetime
    seen_at: datetime
    user_agent: str
    address: str


class SignedIn(Record):
    """Who makes a request, and where they moderate. `site_id` is the site in view."""

    session_id: str
    account: Account
    memberships: list[Membership]
    site_id: str | None
    seen_at: datetime


def start_session(
    tx: Connection, person_id: str, user_agent: str, address: str, now: datetime
) -> str:
    """Return the token of a new session; sessions that are over are forgotten."""
    tx.execute(delete(sessions).where(sessions.c.expires_at < now))
    token = secrets.token_urlsafe(32)
    tx.execute(
        insert(sessions).values(
            id=session_id(token),
            person_id=person_id,
            created_at=now,
            seen_at=now,
            expires_at=now + LIFETIME,
            user_agent=user_agent[:300],
            address=address[:60],
        )
    )
    return token


def find_session(tx: Connection, token: str, now: datetime) -> SignedIn | None:
    """Return who holds a token, unless the session is over."""
    row = tx.execute(
        select(sessions, people.c.email, people.c.preferences)
        .join(people, people.c.id == sessions.c.person_id)
        .where(sessions.c.id == session_id(token), sessions.c.expires_at > now)
        .where(sessions.c.seen_at > now - IDLE)
    ).one_or_none()
    if row is None:
        return None
    preferences = Preferences.model_validate_json(row.preferences)
    return SignedIn(
        session_id=row.id,
        account=Account(id=row.person_id, email=row.email, preferences=preferences),
        memberships=list(memberships_of(tx, row.person_id)),
        site_id=row.site_id,
        seen_at=row.seen_at,
    )


def note_seen(tx: Connection, session: str, now: datetime) -> None:
    """Note that a session was used."""
    tx.execute(update(sessions).where(sessions.c.id == session).values(seen_at=now))


def look_at_site(tx: Connection, session: str, site_id: str) -> None:
    """Put another site in view."""
    tx.execute(update(sessions).where(sessions.c.id == session).values(site_id=site_id))


def sessions_of(tx: Connection, person_id: str, now: datetime) -> Sequence[SessionRecord]:
    """Return a person's sessions that go on, the last used first."""
    rows = tx.execute(
        select(*(sessions.c[name] for name in SessionRecord.model_fields))
        .where(sessions.c.person_id == person_id, sessions.c.expires_at > now)
        .where(sessions.c.seen_at > now - IDLE)
        .order_by(sessions.c.seen_at.desc())
    ).mappings()
    return [SessionRecord(**row) for row in rows]


def end_session(tx: Connection, person_id: str, session: str) -> None:
    """End one session of a person."""
    tx.execute(delete(sessions).where(sessions.c.id == session, sessions.c.person_id == person_id))


def end_other_sessions(tx: Connection, person_id: str, kept: str | None = None) -> None:
    """End all sessions of a person but one."""
    tx.execute(
        delete(sessions).where(sessions.c.person_id == person_id, sessions.c.id != (kept or ""))
    )


def session_id(token: str) -> str:
    """Return the digest that a session is stored under: a stolen database signs nobody in."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def csrf_token(token: str, site_id: str) -> str:
    """Return what this session's forms for a site must carry; nobody else can read or guess it.

    The site follows the first `_`: what was meant for one is not done to another.
    """
    meant = f"csrf 2 {site_id}".encode()
    proof = hmac.new(token.encode("utf-8", "surrogatepass"), meant, "sha256").hexdigest()
    return f"{proof}_{site_id}"
