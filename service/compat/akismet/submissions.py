"""Submissions: `submit-spam` and `submit-ham` are decisions of the blog's own moderators."""

from dataclasses import dataclass, replace

from sqlalchemy import Connection

from rules.comment import Comment
from service.compat.akismet.known import known_by, reads_same, tells_author
from service.context import ServiceContext
from service.metrics import COMMENTS_RECEIVED, DECISIONS
from store.comments import CommentErased, content_of, submit_comment
from store.decisions import Decided, Decision, decide
from store.kept_addresses import GUEST, Keeping
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
    keeping = context.keeping(site)
    other = _approved_otherwise(tx, known.record, said) if known.record is not None else None
    if known.record is not None and other is None:
        comment_id = known.record.id
    else:  # raises for what was erased, and not said anew since
        comment, keeping = _completed(said.comment, other, keeping)
        comment_id = submit_comment(tx, site.id, comment, now, keeping).id
    decision = Decision(said.word, "platform", said.actor)
    decided = decide(tx, site.id, comment_id, decision, now)
    assert decided is not None  # noqa: S101 - found or written a moment ago, in this transaction
    return decided, known.record is None


def _approved_otherwise(tx: Connection, record: CommentRecord, said: Submission) -> Comment | None:
    """Return what came last under the guid if a moderator approved other words than that.

    A guid stands for words without their markup, so the same ones may have come as an advert.
    """
    if not said.shown or MEANS[said.word] != "approve":
        return None
    content = content_of(tx, record.id, lock=True)
    return None if content is None or reads_same(content, said.comment) else content


def _completed(shown: Comment, known: Comment | None, keeping: Keeping) -> tuple[Comment, Keeping]:
    """Return what a moderator saw with what is known beside it, and how its addresses are kept.

    Many clients send a guid and the text alone; whose it is must stay, or no erasure finds it.
    """
    if known is None:
        return shown, keeping
    thread = shown.thread if shown.thread.url else known.thread
    shown = shown.model_copy(update={"thread": thread, "type": known.type})
    if _names_author(shown.author.id, known.author.id):
        return shown, keeping
    names = shown.author if tells_author(shown) else known.author
    author = known.author.model_copy(update={"name": names.name, "url": names.url})
    # What was hashed when it was stored is not hashed again: it would be somebody else's.
    return shown.model_copy(update={"author": author}), replace(keeping, originals=True)


def _names_author(sent: str | None, known: str | None) -> bool:
    """Whether an id tells at least as well who it is: an e-mail address is no user's number."""
    if sent is None:
        return False
    return known is None or known.startswith(GUEST) or not sent.startswith(GUEST)
