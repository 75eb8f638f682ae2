"""Comments: taking them in, and showing what became of them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Annotated

from flask import request
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from rules.comment import Comment
from rules.verdict import Action
from service.api.limits import refuse_long_text
from service.api.parameters import PREFER, CommentId
from service.http.calls import Call
from service.http.idempotency import REPLAYED, AlreadyAnswered
from service.http.operations import Answer, Resource
from service.http.prefer import wanted_wait
from service.http.problems import Fault, Refused
from service.http.queries import Limit, Query
from service.http.replies import Reply
from service.http.requests import note_comment, origin
from service.metrics import COMMENTS_RECEIVED
from store.comments import get_comment, list_comments, submit_comment
from store.records import CommentRecord, Origin, Status
from workers.rings import QueueName
from workers.tracing import Subject

CLOCK_TOLERANCE = timedelta(minutes=5)

comments = Resource("Comments", "What was submitted, and what became of it.")


class CommentPage(BaseModel):
    """A page of comments, newest first."""

    items: list[CommentRecord]
    next: str | None = Field(description="The `cursor` of the next page; null on the last one.")


class CommentQuery(Query):
    """Which comments to list."""

    status: Status | None = Field(default=None, description="Only comments of this status.")
    action: Action | None = Field(default=None, description="Only with this action as verdict.")
    cursor: Annotated[str, Field(pattern=r"^cmt_[0-9a-z]{26}$")] | None = Field(
        default=None, description="`next` of the page before."
    )
    limit: Limit = 50


@comments.operation(
    "POST",
    "/v1/comments",
    summary="Submit a comment",
    answers=(
        Answer(
            202,
            "Stored; its verdict is still to come.",
            CommentRecord,
            headers={"Location": "Where the comment is.", "Preference-Applied": "`wait=N`"},
        ),
        Answer(
            200,
            "Stored, and its verdict is there.",
            CommentRecord,
            headers={"Location": "Where the comment is.", "Preference-Applied": "`wait=N`"},
        ),
    ),
    problems=("erased", "backlog-full"),
    headers=(PREFER,),
)
def submit(call: Call, body: Comment) -> Reply[CommentRecord]:
    """Store a comment to be judged.

    The same `external_id` with the same content is the same comment; with changed content it is
    an edit: a new revision, which is judged again. The verdict comes by webhook; with
    `Prefer: wait=N` it comes in the answer when it is there in time, also when the request is
    repeated with its `Idempotency-Key`. While half of the threads wait so, others wait half a
    second, or not at all; then `Preference-Applied` is missing.

    While very many comments wait for a verdict, none is taken in: `503` with `Retry-After`.
    """
    refuse_long_text(call, body.body, "/body")
    _refuse_future(call, body)
    call.context.backlog.admit()
    brought = origin()
    seconds = wanted_wait(request.headers.get("Prefer"))
    try:
        reply = call.write(lambda tx: _take_in(tx, call, body, brought))
    except AlreadyAnswered as before:
        if seconds is None or before.pending is None:
            raise
        return _wait(call, _repeated(call, before.pending), seconds)
    taken_in, first = reply.ring is not None, reply.content
    note_comment(Subject(first.id, first.revision, reply.traceparent), taken_in=taken_in)
    if taken_in:
        COMMENTS_RECEIVED.labels("native").inc()
    return reply if seconds is None else _wait(call, reply, seconds)


@comments.operation(
    "GET",
    "/v1/comments/{comment_id}",
    summary="Read a comment",
    answers=(Answer(200, "The comment with its verdict and its decision.", CommentRecord),),
)
def read(call: Call, comment_id: CommentId) -> Reply[CommentRecord]:
    """Return one comment of the key's site."""
    record = call.read(lambda tx: get_comment(tx, call.site.id, comment_id))
    if record is None:
        raise Refused("not-found")
    return Reply(200, record)


@comments.operation(
    "GET",
    "/v1/comments",
    summary="List comments",
    answers=(Answer(200, "A page, newest first.", CommentPage),),
)
def list_page(call: Call, query: CommentQuery) -> Reply[CommentPage]:
    """Return a page of the site's comments, newest first; follow `next` for more."""
    found = call.read(
        lambda tx: list_comments(
            tx,
            call.site.id,
            status=query.status,
            action=query.action,
            before=query.cursor,
            limit=query.limit + 1,
        )
    )
    items = found[: query.limit]
    more = items[-1].id if len(found) > query.limit else None
    return Reply(200, CommentPage(items=items, next=more))


def _repeated(call: Call, comment_id: str) -> Reply[CommentRecord]:
    """Return the answer to a request that came before its verdict, as it would be now."""
    record = call.read(lambda tx: get_comment(tx, call.site.id, comment_id))
    if record is None:
        raise Refused("not-found")
    return replace(_found(record), headers=REPLAYED)


def _take_in(tx: Connection, call: Call, comment: Comment, brought: Origin) -> Reply[CommentRecord]:
    site, now, keeping = call.site, call.context.clock(), call.context.keeping(call.site)
    stored = submit_comment(tx, site.id, comment, now, keeping, brought)
    ring: QueueName | None = None if stored.outcome == "same" else "score"
    return replace(_found(stored.record), ring=ring, traceparent=stored.traceparent)


def _found(record: CommentRecord) -> Reply[CommentRecord]:
    return Reply(
        202 if record.status == "pending" else 200,
        record,
        location=f"/v1/comments/{record.id}",
        comment_id=record.id,
    )


def _wait(call: Call, reply: Reply[CommentRecord], seconds: int) -> Reply[CommentRecord]:
    """Return the reply with the verdict, when that comes within `seconds`."""
    first = reply.content
    waited = replace(reply, headers={**reply.headers, "Preference-Applied": f"wait={seconds}"})
    if first.status != "pending":
        return waited
    with call.context.long_waits.up_to(seconds) as allowed:
        record = call.context.waiter.wait(call.site.id, first.id, first.revision, allowed)
    if record is None:
        return waited if allowed == seconds else reply
    return call.amend(replace(waited, status=200, content=record))


def _refuse_future(call: Call, comment: Comment) -> None:
    faults = list(_future(comment, call))
    if faults:
        raise Refused("invalid", errors=faults)


def _future(comment: Comment, call: Call) -> Iterator[Fault]:
    latest = call.context.clock() + CLOCK_TOLERANCE
    for pointer, moment in comment.moments():
        if moment > latest:
            yield Fault(pointer=pointer, detail="must not lie in the future")
