"""Undo: the last act of a moderator is taken back while nobody was told of it.

Errors
    NothingToUndo    there is no such act, or it was undone
    TooLateToUndo    it was told already; it can only be followed by another decision
"""

from datetime import datetime

from sqlalchemy import Connection, Row, delete, select, update

from store.act_records import Moderator
from store.acts import Act, Refusal, Refused
from store.appeals import reopen_appeals
from store.audit import note_action
from store.holds import cancel_held
from store.review_tables import act_items, acts
from store.review_words import renew_words
from store.second_opinions import forget_sample
from store.spam_lessons import mark_lesson
from store.standing import recount
from store.tables import comments, decisions


class NothingToUndo(Exception):
    """There is no act of this person that can be undone."""


class TooLateToUndo(Exception):
    """The minute is over."""


def undo(
    tx: Connection, site_id: str, moderator: Moderator, act_id: str | None, now: datetime
) -> Act:
    """Take back an act of this person, the last one by default, and return what came back.

    A comment that somebody has decided or moved anew, or that was edited, stays as it is now.
    Raises NothingToUndo, TooLateToUndo.
    """
    act = _find(tx, site_id, moderator, act_id)
    if act is None:
        raise NothingToUndo
    if now >= act.undo_until:
        raise TooLateToUndo
    items = tx.execute(select(act_items).where(act_items.c.act_id == act.id)).all()
    back: list[str] = []
    refused: dict[str, Refused] = {}
    for item in sorted(items, key=lambda item: str(item.comment_id)):
        refusal = _restore(tx, act, item, now)
        if refusal is None:
            back.append(item.comment_id)
        else:
            refused[item.comment_id] = Refused(refusal)
    renew_words(tx, back)
    tx.execute(update(acts).where(acts.c.id == act.id).values(undone_at=now))
    subject = back[0] if len(back) == 1 else act.id
    count, detail = len(back), str(act.kind)
    who = moderator.email
    note_action(tx, site_id, who, "comment.undo", subject, now, detail=detail, count=count)
    return Act(act.id, act.kind, back, refused)


def _find(
    tx: Connection, site_id: str, moderator: Moderator, act_id: str | None
) -> Row[tuple[object, ...]] | None:
    query = select(acts).where(
        acts.c.site_id == site_id,
        acts.c.person_id == moderator.person_id,
        acts.c.undone_at.is_(None),
    )
    if act_id is not None:
        query = query.where(acts.c.id == act_id)
    return tx.execute(
        query.order_by(acts.c.acted_at.desc(), acts.c.id.desc()).limit(1).with_for_update()
    ).one_or_none()


def _restore(
    tx: Connection, act: Row[tuple[object, ...]], item: Row[tuple[object, ...]], now: datetime
) -> Refusal | None:
    row = tx.execute(
        select(comments.c.status, comments.c.decision_id, comments.c.submitted_at)
        .where(comments.c.id == item.comment_id)
        .with_for_update()
    ).one()
    if row.status == "erased":
        return "gone"
    if row.submitted_at > act.acted_at:
        return "edited"  # its new text was given a place of its own, maybe before the admins
    if row.decision_id != item.decision_id or _is_followed(tx, act.id, item.comment_id):
        return "decided"
    decided = item.decision_id != item.previous_decision_id
    if decided and not cancel_held(tx, item.comment_id, act.acted_at, now):
        return "decided"
    tx.execute(
        update(comments)
        .where(comments.c.id == item.comment_id)
        .values(
            status=item.status,
            decision_id=item.previous_decision_id,
            review_queue=item.review_queue,
            review_at=item.review_at,
        )
    )
    if decided:  # as if it had not been said: statistics count what stands
        reopen_appeals(tx, item.decision_id)
        forget_sample(tx, item.decision_id)
        mark_lesson(tx, act.site_id, item.comment_id, now)
        before, after = str(item.decision_id), item.previous_decision_id
        recount(tx, act.site_id, item.comment_id, before=before, after=after)
        tx.execute(delete(decisions).where(decisions.c.id == item.decision_id))
    return None


def _is_followed(tx: Connection, act_id: str, comment_id: str) -> bool:
    """Whether a later act, a move too, stands: its escalation is not this act's to take back."""
    later = (
        select(acts.c.id)
        .join(act_items, act_items.c.act_id == acts.c.id)
        .where(act_items.c.comment_id == comment_id, acts.c.id > act_id)
        .where(acts.c.undone_at.is_(None))
    )
    return tx.execute(later.limit(1)).scalar() is not None
