"""Verdicts: recorded once a revision, with the events that tell of them, in one transaction."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, update

from rules.verdict import Verdict
from store.claims import Claim, ClaimedComment, still_held
from store.comments import get_records
from store.counts import CountKey, add_counts
from store.outbox import listening_sites, publish
from store.review_places import place_columns, tag_for_review
from store.tables import comments, verdicts


def record_verdicts(
    tx: Connection,
    claim: Claim,
    judged: Sequence[tuple[ClaimedComment, Verdict]],
    now: datetime,
) -> list[ClaimedComment]:
    """Write the verdicts of those comments that the claim still holds, and return those.

    The rest was edited, erased, decided, or taken over by another worker in the meantime.
    """
    held = still_held(tx, claim.token, [item.id for item, _ in judged])
    kept = [(item, verdict) for item, verdict in judged if held.get(item.id) == item.revision]
    if not kept:
        return []
    tx.execute(insert(verdicts), [_verdict_row(item, verdict) for item, verdict in kept])
    tx.execute(
        update(comments)
        .where(comments.c.id == bindparam("comment_id"))
        .values(
            status="scored",
            action=bindparam("verdict_action"),
            lease_token=None,
            addresses=None,
            review_queue=bindparam("place_queue"),
            review_rank=bindparam("place_rank"),
            review_at=comments.c.submitted_at,
        ),
        [
            {"comment_id": item.id, "verdict_action": verdict.action, **place_columns(verdict)}
            for item, verdict in kept
        ],
    )
    tag_for_review(tx, kept)
    add_counts(tx, _counts(kept), now)
    written = [item for item, _ in kept]
    _tell(tx, written, now)
    return written


def _tell(tx: Connection, written: Sequence[ClaimedComment], now: datetime) -> None:
    listening = listening_sites(tx, "comment.verdict", {item.site_id for item in written})
    told = [item for item in written if item.site_id in listening]
    records = get_records(tx, [item.id for item in told])
    publish(tx, "comment.verdict", [(item.site_id, records[item.id]) for item in told], now)


def _verdict_row(item: ClaimedComment, verdict: Verdict) -> dict[str, object]:
    return {
        "comment_id": item.id,
        "revision": item.revision,
        "action": verdict.action,
        "decided_by": verdict.decided_by,
        "scored_at": verdict.scored_at,
        "verdict": verdict.model_dump_json(),
    }


def _counts(judged: Sequence[tuple[ClaimedComment, Verdict]]) -> Counter[CountKey]:
    counts: Counter[CountKey] = Counter()
    for item, verdict in judged:
        counts[CountKey(item.site_id, "action", verdict.action)] += 1
        counts.update(CountKey(item.site_id, "label", label) for label in verdict.labels)
        counts.update(CountKey(item.site_id, "rule", reason.rule) for reason in verdict.reasons)
        counts.update(CountKey(item.site_id, "shadow", reason.rule) for reason in verdict.shadow)
    return counts
