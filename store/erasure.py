"""Erasure: what a comment said and who wrote it go for good; that there was one stays.

Gone are the text, names, addresses, metadata, what a verdict or a decision quotes or says of
them, the payloads and responses of webhooks, and stored replies. What stays is in `_kept`: ids,
times, actions, labels, scores and the names of rules, which the statistics count.

`store.erasure_tables` remembers what was asked for until it is done to the last byte: an author's
comments go some at a time, and SQLite's log holds them until it is emptied (`store.open_erasures`).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select, update

from rules.verdict import Reason
from store.appeals import erase_appeals
from store.comments import LONG_AGO, get_records
from store.forgetting import forget_authors_of, forget_traces
from store.idempotency import erase_replies
from store.notes import erase_notes
from store.open_erasures import open_erasure
from store.outbox import publish
from store.review_words import forget_words
from store.spam_lessons import forget_lessons
from store.stored import stored_verdict
from store.tables import attempts, comments, decisions, deliveries, events, verdicts

AUTHOR_BATCH = 200  # comments of one author in one transaction


def erase_comment(tx: Connection, site_id: str, comment_id: str, now: datetime) -> bool:
    """Erase a comment, unless that was done before; return whether the site has such a one."""
    mine = (comments.c.site_id == site_id) & (comments.c.id == comment_id)
    found = select(comments.c.status, comments.c.retired_at).where(mine).with_for_update()
    row = tx.execute(found).one_or_none()
    if row is None:
        return False
    if row.status != "erased" or row.retired_at is not None:  # of a retired one, much is left
        open_erasure(tx, site_id, None, now)
        _erase(tx, site_id, [comment_id], now)
    return True


def erase_some_of_author(
    tx: Connection, site_id: str, author_id: str, now: datetime, *, only: str | None = None
) -> int:
    """Erase up to AUTHOR_BATCH comments of an author, or that one; return how many.

    0: none is left.
    """
    theirs = _of_author(site_id, author_id).limit(AUTHOR_BATCH).with_for_update()
    if only is not None:
        theirs = theirs.where(comments.c.id == only)
    ids = list(tx.execute(theirs).scalars())
    if ids:
        forget_authors_of(tx, site_id, ids)
        _erase(tx, site_id, ids, now)
    return len(ids)


def comments_of_author(tx: Connection, site_id: str, author_id: str) -> list[str]:
    """Return the ids of all comments that an author's erasure takes."""
    return list(tx.execute(_of_author(site_id, author_id)).scalars())


def _of_author(site_id: str, author_id: str) -> Select[str]:
    mine = (comments.c.site_id == site_id) & (comments.c.author_id == author_id)
    return select(comments.c.id).where(mine).order_by(comments.c.id)


def retire(tx: Connection, ids: Sequence[str], now: datetime) -> None:
    """Let go what these comments said, because their site keeps it no longer.

    Nobody is told, and who wrote them and what they came to still counts. One that is submitted
    anew is an edit.
    """
    tx.execute(
        update(comments).where(comments.c.id.in_(ids)).values(retired_at=now, **_CONTENT_GONE)
    )
    _erase_what_was_said_of(tx, ids, now)


def _erase(tx: Connection, site_id: str, ids: Sequence[str], now: datetime) -> None:
    forget_traces(tx, site_id, ids)  # which are told from the text, so first
    tx.execute(
        update(comments)
        .where(comments.c.id.in_(ids))
        .values(
            metadata="{}",
            author_id=None,
            retired_at=None,
            lease_token=None,
            lease_until=LONG_AGO,
            **_CONTENT_GONE,
        )
    )
    tx.execute(update(decisions).where(decisions.c.comment_id.in_(ids)).values(actor=None))
    _erase_what_was_said_of(tx, ids, now)
    records = get_records(tx, list(ids))
    publish(tx, "comment.erased", [(site_id, records[comment_id]) for comment_id in ids], now)


_CONTENT_GONE: dict[str, Any] = {
    "status": "erased",
    "content": None,
    "content_digest": None,
    "addresses": None,
    "request_id": None,
    "traceparent": None,
    "ip_digest": None,
    "fingerprint": None,
}


def _erase_what_was_said_of(tx: Connection, ids: Sequence[str], now: datetime) -> None:
    _erase_verdicts(tx, ids)
    tx.execute(update(decisions).where(decisions.c.comment_id.in_(ids)).values(note=None))
    _erase_events(tx, ids, now)
    erase_notes(tx, ids)
    forget_words(tx, ids)
    erase_appeals(tx, ids)
    erase_replies(tx, list(ids))
    forget_lessons(tx, ids)


def _erase_verdicts(tx: Connection, ids: Sequence[str]) -> None:
    rows = tx.execute(
        select(verdicts.c.comment_id, verdicts.c.revision, verdicts.c.verdict).where(
            verdicts.c.comment_id.in_(ids)
        )
    ).all()
    kept = [{"of": row.comment_id, "at": row.revision, "text": _kept(row.verdict)} for row in rows]
    if kept:
        tx.execute(
            update(verdicts)
            .where(verdicts.c.comment_id == bindparam("of"))
            .where(verdicts.c.revision == bindparam("at"))
            .values(verdict=bindparam("text")),
            kept,
        )


def _kept(stored: str) -> str:
    """Return what stays of a verdict."""
    verdict = stored_verdict(stored)
    bare = verdict.model_copy(
        update={
            "reasons": [_bare(reason) for reason in verdict.reasons],
            "shadow": [_bare(reason) for reason in verdict.shadow],
            "public_reason": None,
        }
    )
    return bare.model_dump_json()


def _bare(reason: Reason) -> Reason:
    # A message may quote the text, a value may be a name, and a match is the text itself.
    return Reason(rule=reason.rule, action=reason.action, message="", decided=reason.decided)


def _erase_events(tx: Connection, ids: Sequence[str], now: datetime) -> None:
    """Empty what was told of these comments, and tell no more of it.

    What is being sent at this moment stays with whoever sends it, so that the erasure is told
    after it; `record_attempts` keeps no answer to it.
    """
    # In the order of ids, as whoever records attempts locks them, so that neither waits for the
    # other; and before the attempts, of which none that says anything can be written then.
    sent = list(
        tx.execute(
            select(deliveries.c.id)
            .where(deliveries.c.comment_id.in_(ids))
            .order_by(deliveries.c.id)
            .with_for_update()
        ).scalars()
    )
    tx.execute(
        update(deliveries)
        .where(deliveries.c.id.in_(sent), deliveries.c.state == "pending")
        .where(deliveries.c.lease_until < now)
        .values(state="cancelled", lease_token=None, lease_until=LONG_AGO)
    )
    tx.execute(update(attempts).where(attempts.c.delivery_id.in_(sent)).values(response=None))
    tx.execute(update(events).where(events.c.comment_id.in_(ids)).values(payload=None))
