"""`Idempotency-Key`: a POST that is sent again within 24 hours is answered, not done, again.

The key is stored in the transaction of the effect, together with the reply, so there is no
moment at which one is there without the other. Two at once: the second waits for the first
one's commit, and then finds its reply.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from flask import Request, Response
from sqlalchemy import Connection

from service.http.bodies import raw_body
from service.http.problems import Refused, problem_response
from service.http.replies import JSON, Content, Reply
from store.idempotency import KeptReply, claim_key, keep_reply
from store.sealing import Sealer, WrongSecretKey

MAX_KEY_LENGTH = 255
REPLAYED = {"Idempotency-Replayed": "true"}


class AlreadyAnswered(Exception):
    """The request was answered before; `response` is that answer.

    `pending` is the comment whose verdict was still to come then.
    """

    def __init__(self, response: Response, pending: str | None = None) -> None:
        self.response = response
        self.pending = pending
        super().__init__()


@dataclass(frozen=True)
class KeyedRequest:
    """A request that its caller may repeat."""

    site_id: str
    key: str
    digest: str
    sealer: Sealer
    now: datetime

    @classmethod
    def of(
        cls, request: Request, site_id: str, key: str, sealer: Sealer, now: datetime
    ) -> "KeyedRequest":
        """Return the keyed form of a request, or raise Refused for a malformed key."""
        if not 1 <= len(key) <= MAX_KEY_LENGTH or not all("!" <= char <= "~" for char in key):
            raise Refused(
                "bad-header", "Idempotency-Key must be 1 to 255 visible ASCII characters."
            )
        content = f"{request.method} {request.path}\n".encode() + raw_body()
        return cls(site_id, key, hashlib.sha256(content).hexdigest(), sealer, now)

    def once(self, tx: Connection, work: Callable[[Connection], Reply[Content]]) -> Reply[Content]:
        """Do the work and keep its reply; raise AlreadyAnswered, or Refused for a reused key."""
        self._refuse_repeated(tx)
        return self.amend(tx, work(tx))

    def amend(self, tx: Connection, reply: Reply[Content]) -> Reply[Content]:
        """Keep this reply in place of the earlier one. It is sealed: it may hold a secret."""
        kept = KeptReply(
            digest=self.digest,
            status=reply.status,
            location=reply.location,
            response=self.sealer.seal(reply.body()),
            comment_id=reply.comment_id,
        )
        keep_reply(tx, self.site_id, self.key, kept)
        return reply

    def check(self, tx: Connection) -> None:
        """For a request that stores nothing: only see that the key is not another's."""
        self._refuse_repeated(tx)

    def _refuse_repeated(self, tx: Connection) -> None:
        kept = claim_key(tx, self.site_id, self.key, self.digest, self.now)
        if kept is None:
            return
        if kept.erased:
            raise AlreadyAnswered(problem_response(Refused("erased", headers=REPLAYED)))
        if kept.digest != self.digest:
            raise Refused("key-reused")
        if kept.status is None or (body := self._opened(kept)) is None:
            return
        pending = kept.comment_id if kept.status == HTTPStatus.ACCEPTED else None
        response = Response(body, kept.status, headers=REPLAYED, content_type=JSON)
        if kept.location is not None:
            response.headers["Location"] = kept.location
        raise AlreadyAnswered(response, pending)

    def _opened(self, kept: KeptReply) -> str | None:
        """Return what was answered; None where the key that sealed it is lost: it is done again."""
        try:
            return self.sealer.open(kept.response) if kept.response else ""
        except WrongSecretKey:
            return None
