"""Sessions in the browser: the cookie, and whether a request that changes something is meant."""

import hmac
from datetime import datetime

from flask import request
from werkzeug.wrappers import Response

from store.database import Database
from store.sessions import LIFETIME, NOTED_EVERY, SignedIn, csrf_token, find_session, note_seen

COOKIE = "tactful_session"
CSRF_FIELD = "csrf"
CSRF_HEADER = "X-CSRF-Token"


def session_token() -> str:
    """Return the token that the browser sent, or an empty text."""
    return request.cookies.get(COOKIE, "")


def who_is_signed_in(database: Database, now: datetime, *, used: bool = True) -> SignedIn | None:
    """Return who makes this request; raise StoreUnavailable.

    A session that is not `used`, because a page asks by itself, comes no later to its idle end.
    """
    token = session_token()
    if not token:
        return None
    with database.read() as tx:
        found = find_session(tx, token, now)
    if used and found is not None and now - found.seen_at > NOTED_EVERY:
        database.write(lambda tx: note_seen(tx, found.session_id, now))
    return found


def set_session(response: Response, token: str) -> None:
    """Give the browser its session: no script reads it, and other sites' forms do not send it."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(LIFETIME.total_seconds()),
        secure=over_tls(),
        httponly=True,
        samesite="Lax",
    )


def clear_session(response: Response) -> None:
    """Have the browser forget its session."""
    response.delete_cookie(COOKIE, secure=over_tls(), httponly=True, samesite="Lax")


def is_meant() -> bool:
    """Whether the request carries one of its session's own CSRF tokens, as a field or a header."""
    own = csrf_token(session_token(), site_meant())
    return hmac.compare_digest(_given_token().encode(), own.encode())


def site_meant() -> str:
    """Return the id of the site that the form was shown for, where the request `is_meant`."""
    return _given_token().partition("_")[2]


def _given_token() -> str:
    return request.headers.get(CSRF_HEADER) or request.form.get(CSRF_FIELD, "")


def comes_from_here() -> bool:
    """Whether a form without a session was sent from our own page, as far as the browser says.

    Sec-Fetch-Site is set by the browser alone; where it is missing, Origin must name our host.
    """
    fetch_site = request.headers.get("Sec-Fetch-Site")
    if fetch_site is not None:
        return fetch_site in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    return origin is None or origin.partition("://")[2] == request.host


def over_tls() -> bool:
    """Whether the browser came by https, perhaps to a proxy in front of us."""
    # Believed from anybody: the worst that a lie does is to make one's own cookie stricter.
    return request.is_secure or request.headers.get("X-Forwarded-Proto") == "https"
