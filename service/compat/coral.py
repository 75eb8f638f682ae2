"""Coral's external moderation phase: https://docs.coralproject.net/external-moderation-phases.

Whatever is no answer in time lets the comment pass, so only a wrong key or signature is refused:
what cannot be read, checked or stored is held for Coral's own moderators. To say so gives nothing
away to a stranger.
"""

import hashlib
import hmac
from typing import Any

from flask import Blueprint, Response, g, json, request
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException

from rules.comment import Author, Comment, Thread, begun
from service.compat.checks import Check, Outcome
from service.compat.faults import note
from service.compat.json_bodies import Lenient
from service.compat.keys import site_of
from service.compat.texts import MAX_IDENTIFIER, MAX_URL, fit_body, short
from service.context import ServiceContext
from service.http.backlog import BacklogFull
from service.http.bodies import raw_body
from service.http.calls import current_context
from service.http.rates import TooOften
from store.records import Site
from store.sites import coral_secret

PATIENCE_SECONDS = 0.15  # Coral gives up after 0.2 s unless told otherwise
MAX_SIGNATURES = 10  # of one request: several while a secret is rotated
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

coral = Blueprint("coral", __name__)


class Refused(Exception):
    """A request that did not come from this site's Coral."""

    def __init__(self, status: int, message: str) -> None:
        self.status = status
        self.message = message
        super().__init__(message)


class Said(Lenient):
    """What was written."""

    body: str
    parentID: str | None = None  # noqa: N815 - Coral's name


class Who(Lenient):
    """Who wrote it."""

    id: str | None = None
    role: str | None = None


class Where(Lenient):
    """The story that it stands under."""

    id: str | None = None
    url: str | None = None


class PhaseRequest(Lenient):
    """What Coral asks."""

    action: str = "NEW"
    comment: Said
    author: Who = Who()
    story: Where = Where()
    tenantID: str | None = None  # noqa: N815 - Coral's name


@coral.route("/coral/<key>", methods=METHODS)
def moderate(key: str) -> Response:
    """Answer what Coral should do with a comment."""
    if request.method != "POST":
        raise Refused(405, "Only POST is answered here.")
    context = current_context()
    site = site_of(context.keys, key)
    if site is None:
        raise Refused(404, "There is no site with this key.")
    raw = raw_body()
    _verify(context, site, raw)
    return _answer(_outcome(context, site, raw))


def _verify(context: ServiceContext, site: Site, raw: bytes) -> None:
    """Raise Refused unless Coral signed these bytes with the site's secret."""
    with context.database.read() as tx:
        sealed = coral_secret(tx, site.id)
    if sealed is None:
        raise Refused(
            403, "This site has no Coral secret: `tactful site set NAME --coral-secret -`"
        )
    secret = context.sealer.open(sealed).encode()
    right = "sha256=" + hmac.new(secret, raw, hashlib.sha256).hexdigest()
    given = request.headers.get("X-Coral-Signature", "").split(",")[:MAX_SIGNATURES]
    # In bytes, because `compare_digest` takes no text beyond ASCII.
    if not any(hmac.compare_digest(one.strip().encode(), right.encode()) for one in given):
        raise Refused(401, "X-Coral-Signature does not fit the site's secret.")


def _outcome(context: ServiceContext, site: Site, raw: bytes) -> Outcome:
    try:
        asked = PhaseRequest.model_validate_json(raw)
    except ValidationError:
        return Outcome("review")
    body, rest = fit_body(asked.comment.body.strip(), context.max_body_bytes)
    if not body.strip():  # a picture alone, or nothing
        return Outcome("approve")
    return Check(context, site, "coral", PATIENCE_SECONDS).run(begun(_comment(asked, body), rest))


def _comment(asked: PhaseRequest, body: str) -> Comment:
    told = {
        "action": asked.action,
        "storyID": asked.story.id,
        "tenantID": asked.tenantID,
    }
    return Comment(
        body=body,
        format="html",
        author=Author(
            id=short(asked.author.id, MAX_IDENTIFIER), role=short((asked.author.role or "").lower())
        ),
        thread=Thread(
            url=short(asked.story.url, MAX_URL),
            parent=short(asked.comment.parentID, MAX_IDENTIFIER),
        ),
        metadata={"coral": {name: short(text, MAX_IDENTIFIER) for name, text in told.items()}},
    )


def _answer(outcome: Outcome) -> Response:
    """Return the phase's answer. Without an opinion, Coral's next phases have their say."""
    if outcome.action == "approve":
        return _json({})
    if not outcome.judged or not outcome.labels:
        return _json({"status": "REJECTED"}) if outcome.action == "reject" else _hold()
    spam = outcome.labels == {"spam"}
    reason = "COMMENT_DETECTED_SPAM" if spam else "COMMENT_DETECTED_TOXIC"
    status = "REJECTED" if outcome.action == "reject" else "SYSTEM_WITHHELD"
    return _json({"status": status, "actions": [{"actionType": "FLAG", "reason": reason}]})


def _hold() -> Response:
    return _json({"status": "PREMOD"})


def _json(content: dict[str, Any]) -> Response:
    return Response(json.dumps(content), content_type="application/json")


@coral.errorhandler(Refused)
def _refused(error: Refused) -> Response:
    body = json.dumps({"error": error.message})
    return Response(body, error.status, content_type="application/json")


@coral.errorhandler(TooOften)
def _too_often(error: TooOften) -> Response:
    """Hold what a site sends too often: any other status lets it pass, unread."""
    g.reason = "rate-limited"
    if error.limit == "site":
        return _hold()
    response = _refused(Refused(429, "Too many requests with a wrong key; try again later."))
    response.headers["Retry-After"] = str(error.seconds)
    return response


@coral.errorhandler(HTTPException)
def _unreadable(error: HTTPException) -> Response:
    g.reason = error.name
    return _hold()


@coral.errorhandler(BacklogFull)
def _full(_error: BacklogFull) -> Response:
    g.reason = "backlog-full"
    return _hold()


@coral.errorhandler(Exception)
def _fault(error: Exception) -> Response:
    note(error, "coral")
    return _hold()
