"""Submissions: `submit-spam` and `submit-ham` are decisions of the blog's own moderators."""

from dataclasses import dataclass

from sqlalchemy import Connection

from rules.comment import Comment
from service.compat.akismet.known import known_by, shows_same
from service.context import ServiceContext
from service.metrics import COMMENTS_RECEIVED, DECISIONS
from store.comments import CommentErased, content_of, submit_comment
from store.decisions import Decided, Decision, decide
from store.records import MEANS, CommentRecord, DecisionWord, Site


@dataclass(frozen=True)
class Submission:
    """What a moderator of the blog said of a comment; `shown`: of these words, not of a guid."""

    comment: Comment
    guid: str
    word: DecisionWord
    actor: str | None
    shown: bool = True


def record_submission(context: ServiceContext, site: Site, said: Submission) -> None:
    """Record the decision, on the comment that was checked or else on a new one.

    The same event as `POST /v1/comments/{id}/decision`. A comment that was erased stays so.
    Raises StoreUnavailable.
    """
    try:
        decided, fresh = context.database.write(lambda tx: _record(tx, context, site, said))
    except CommentErased:
        return
    if fresh:
        COMMENTS_RECEIVED.labels("akismet").inc()
    if not decided.repeated:
        DECISIONS.labels(said.word, str(decided.overturned).lower()).inc()
        context.doorbell.ring("deliver")


def _record(
    tx: Connection, context: ServiceContext, site: Site, said: Submission
) -> tuple[Decided, bool]:
    now = context.clock()
    known = known_by(tx, site.id, said.guid)
    if known.record is not None and not _approves_other_words(tx, known.record, said):
        comment_id = known.record.id
    else:  # raises for what was erased, and not said anew since
        comment_id = submit_comment(tx, site.id, said.comment, now, context.keeping(site)).id
    decision = Decision(said.word, "platform", said.actor)
    decided = decide(tx, site.id, comment_id, decision, now)
    assert decided is not None  # noqa: S101 - found or written a moment ago, in this transaction
    return decided, known.record is None


def _approves_other_words(tx: Connection, record: CommentRecord, said: Submission) -> bool:
    """Whether a moderator saw other words than the last that came under the guid.

    A guid stands for words without their markup, so the same ones may have come as an advert.
    """
    if not said.shown or MEANS[said.word] != "approve":
        return False
    content = content_of(tx, record.id, lock=True)
    return content is not None and not shows_same(content, said.comment)
