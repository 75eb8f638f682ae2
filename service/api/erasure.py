"""Erasure: comments and authors that must be forgotten."""

import time
from itertools import chain

from sqlalchemy import Connection

from service.api.parameters import AuthorId, CommentId
from service.http.calls import Call
from service.http.operations import Answer, Resource
from service.http.problems import Refused
from service.http.replies import Reply
from store.erasure import erase_comment
from store.finished_erasures import PATIENCE
from store.finished_erasures import erase_author as erase_author_of
from store.kept_addresses import guest_id, kept_author_id
from store.open_erasures import OpenErasure, open_erasure

erasure = Resource("Erasure", "Texts, names and addresses go for good; counts stay.")

_ERASED = (Answer(204, "It is erased."),)


@erasure.operation(
    "DELETE", "/v1/comments/{comment_id}", summary="Erase a comment", answers=_ERASED
)
def erase_one(call: Call, comment_id: CommentId) -> Reply[None]:
    """Erase what the comment said and who wrote it. What stays says only that it was there.

    Doing it again changes nothing. The same `external_id` is refused from then on.
    """
    return call.write(lambda tx: _erase(tx, call, comment_id))


@erasure.operation(
    "DELETE", "/v1/authors/{author_id:text}", summary="Erase an author", answers=_ERASED
)
def erase_author(call: Call, author_id: AuthorId) -> Reply[None]:
    """Erase all comments whose `author.id` this is. Doing it again changes nothing.

    Of authors without one, those whose e-mail address it is. Of very many comments some are erased
    after the answer: it goes on by itself after five seconds, and should it be cut off.
    """
    context, now = call.context, call.context.clock()
    # An id that is an e-mail address is stored as a hash, unless the site keeps the originals.
    given = {author_id, guest_id(author_id) or author_id}
    known_as = given | {kept_author_id(one, call.site.id, context.sealer) for one in given}

    def remember(tx: Connection) -> list[OpenErasure]:
        opened = [open_erasure(tx, call.site.id, known, now) for known in sorted(known_as)]
        call.note(tx, "author.erased", opened[0].id)  # not whose: the line outlives them
        return opened

    until = time.monotonic() + PATIENCE.total_seconds()
    opened = context.database.write(remember)
    for _ in chain.from_iterable(erase_author_of(context.database, one, now) for one in opened):
        if time.monotonic() >= until:  # from now on cron is at it
            break
    context.doorbell.ring("deliver")
    return Reply(204, None)


def _erase(tx: Connection, call: Call, comment_id: str) -> Reply[None]:
    if not erase_comment(tx, call.site.id, comment_id, call.context.clock()):
        raise Refused("not-found")
    return Reply(204, None, ring="deliver")
