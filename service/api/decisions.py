"""Decisions: what the platform's own people said of a comment."""

from sqlalchemy import Connection

from rules.comment import Identifier, LongText, Submitted
from service.api.parameters import CommentId
from service.http.calls import Call
from service.http.operations import Answer, Resource
from service.http.problems import Refused
from service.http.replies import Reply
from service.http.requests import note_comment
from service.metrics import DECISIONS
from store.comments import get_comment
from store.decisions import Decision, decide
from store.records import CommentRecord, DecisionWord
from workers.rings import QueueName
from workers.tracing import Subject

decisions = Resource("Decisions", "What the platform's own people said of a comment.")


class DecisionBody(Submitted):
    """A decision. `spam` and `ham` mean reject and approve, and teach the spam learner."""

    decision: DecisionWord
    note: LongText | None = None
    actor: Identifier | None = None


@decisions.operation(
    "POST",
    "/v1/comments/{comment_id}/decision",
    summary="Decide about a comment",
    answers=(Answer(200, "The comment, decided.", CommentRecord),),
    problems=("erased",),
)
def decide_comment(call: Call, comment_id: CommentId, body: DecisionBody) -> Reply[CommentRecord]:
    """Record that a person decided; the policy's verdict stays beside it.

    `overturned` says that the policy had decided otherwise. A comment that is still pending is
    decided at once and is not judged any more. The same decision by the same actor again changes
    nothing, unless it brings another note or answers an appeal.
    """
    decision = Decision(body.decision, "platform", body.actor, body.note)
    reply = call.write(lambda tx: _decide(tx, call, comment_id, decision))
    note_comment(Subject(comment_id, reply.content.revision, reply.traceparent))
    if reply.ring is not None and reply.content.decision is not None:
        overturned = str(reply.content.decision.overturned).lower()
        DECISIONS.labels(body.decision, overturned).inc()
    return reply


def _decide(
    tx: Connection, call: Call, comment_id: str, decision: Decision
) -> Reply[CommentRecord]:
    decided = decide(tx, call.site.id, comment_id, decision, call.context.clock())
    record = get_comment(tx, call.site.id, comment_id) if decided else None
    if decided is None or record is None:
        raise Refused("not-found")
    ring: QueueName | None = None if decided.repeated else "deliver"
    caller = decided.traceparent
    return Reply(200, record, ring=ring, comment_id=comment_id, traceparent=caller)
