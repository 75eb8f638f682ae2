"""Imports: a blog's comments of the past, with what its people decided about them then.

They are on record as decided, under their own dates. Nobody is told of them, nothing of them waits
for anybody, and no statistics count them; history, standing, learners and backtests do.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from rules.comment import Comment
from rules.verdict import EngineRef, PolicyRef, Verdict
from store.comments import LONG_AGO, content_columns, lock_comments
from store.ids import new_id
from store.kept_addresses import Keeping, kept_comment
from store.records import MEANS, DecisionWord
from store.spam_lessons import mark_lesson
from store.standing import add, opinion_of, recount, tellable_subjects_of
from store.tables import comments, decisions, verdicts

ACTOR = "import"  # who decided, as far as the record says


@dataclass(frozen=True)
class PastComment:
    """A comment with an `external_id`, when it was posted, and what stands of it."""

    comment: Comment
    at: datetime
    word: DecisionWord
    scores: Mapping[str, float]
    engine: EngineRef


@dataclass(frozen=True)
class Imported:
    """How many comments were `new`, had `changed` since an earlier import, or were the `same`."""

    new: int = 0
    changed: int = 0
    same: int = 0

    def __add__(self, other: "Imported") -> "Imported":
        new, changed = self.new + other.new, self.changed + other.changed
        return Imported(new, changed, self.same + other.same)


def import_comments(
    tx: Connection, site_id: str, past: Sequence[PastComment], keeping: Keeping
) -> Imported:
    """Put comments on record; one that is there already is the same comment.

    What an earlier import said of it follows a later one; what people here decided since stays.
    """
    by_id = {str(one.comment.external_id): one for one in past}
    known = _known(tx, site_id, list(by_id))
    fresh = [one for external_id, one in by_id.items() if external_id not in known]
    _insert(tx, site_id, fresh, keeping)
    changed = [
        row
        for external_id, row in known.items()
        if row["actor"] == ACTOR and row["decision"] != by_id[external_id].word
    ]
    for row in changed:
        _decide_anew(tx, site_id, row, by_id[row["external_id"]])
    return Imported(len(fresh), len(changed), len(past) - len(fresh) - len(changed))


def _known(tx: Connection, site_id: str, external_ids: Sequence[str]) -> dict[str, RowMapping]:
    mine = (comments.c.site_id == site_id, comments.c.external_id.in_(external_ids))
    lock_comments(tx, *mine)
    rows = tx.execute(
        select(
            comments.c.id,
            comments.c.external_id,
            comments.c.revision,
            comments.c.decision_id,
            decisions.c.decision,
            decisions.c.actor,
        )
        .outerjoin(decisions, decisions.c.id == comments.c.decision_id)
        .where(*mine)
    ).mappings()
    return {row["external_id"]: row for row in rows}


def _insert(tx: Connection, site_id: str, fresh: Sequence[PastComment], keeping: Keeping) -> None:
    if not fresh:
        return
    ids = [new_id("cmt", one.at) for one in fresh]
    made = [_decision(site_id, of, 1, one) for of, one in zip(ids, fresh, strict=True)]
    rows = [
        {
            **_comment_row(site_id, of, said["id"], one),
            # Judged it is already, so of addresses nothing but what is kept for good.
            **content_columns(one.comment, site_id, keeping),
            "addresses": None,
        }
        for of, said, one in zip(ids, made, fresh, strict=True)
    ]
    tx.execute(insert(comments), rows)
    tx.execute(
        insert(verdicts), [_verdict_row(of, one) for of, one in zip(ids, fresh, strict=True)]
    )
    tx.execute(insert(decisions), made)
    for of, said, one in zip(ids, made, fresh, strict=True):
        kept, _ = kept_comment(one.comment, site_id, keeping)
        add(tx, site_id, tellable_subjects_of(site_id, kept), opinion_of(said))
        mark_lesson(tx, site_id, of, one.at)


def _decide_anew(tx: Connection, site_id: str, row: RowMapping, past: PastComment) -> None:
    said = _decision(site_id, row["id"], row["revision"], past)
    tx.execute(insert(decisions).values(said))
    tx.execute(update(comments).where(comments.c.id == row["id"]).values(decision_id=said["id"]))
    recount(tx, site_id, row["id"], before=row["decision_id"], after=said["id"])
    mark_lesson(tx, site_id, row["id"], past.at)


def _comment_row(
    site_id: str, comment_id: str, decision_id: str, past: PastComment
) -> dict[str, Any]:
    return {
        "id": comment_id,
        "site_id": site_id,
        "external_id": past.comment.external_id,
        "revision": 1,
        "status": "decided",
        "action": MEANS[past.word],
        "submitted_at": past.at,
        "attempts": 0,
        "lease_until": LONG_AGO,
        "decision_id": decision_id,
    }


def _verdict_row(comment_id: str, past: PastComment) -> dict[str, Any]:
    verdict = Verdict(
        action=MEANS[past.word],
        scores=dict(past.scores),
        decided_by="platform",
        policy=PolicyRef(name="none", version=0),
        engine=past.engine,
        scored_at=past.at,
    )
    return {
        "comment_id": comment_id,
        "revision": 1,
        "action": verdict.action,
        "decided_by": verdict.decided_by,
        "scored_at": past.at,
        "verdict": verdict.model_dump_json(),
    }


def _decision(site_id: str, comment_id: str, revision: int, past: PastComment) -> dict[str, Any]:
    return {
        "id": new_id("dec"),
        "site_id": site_id,
        "comment_id": comment_id,
        "revision": revision,
        "decision": past.word,
        "source": "platform",
        "actor": ACTOR,
        "note": None,
        "overturned": False,
        "seconds_to_decide": 0,
        "decided_at": past.at,
    }
