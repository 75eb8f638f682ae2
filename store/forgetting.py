"""Forgetting: what campaigns and standings keep of comments goes with them."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection, RowMapping, select

from rules.comment import Comment
from rules.sketch import sketch
from store.campaigns import forget_sightings
from store.owners import owners_of_sites
from store.records import DecisionWord
from store.standing import forget, subjects_of, take_off
from store.tables import comments, decisions


def forget_traces(tx: Connection, site_id: str, ids: Sequence[str]) -> None:
    """Forget features of these comments' texts, and take off what was decided about them."""
    owner_id = owners_of_sites(tx).get(site_id, site_id)
    keys: list[int] = []
    for comment, word, decided_at in _contents(tx, ids):
        keys += sketch(comment.body, owner_id) or ()
        if word is not None and decided_at is not None:
            take_off(tx, site_id, subjects_of(site_id, comment), word, decided_at)
    forget_sightings(tx, ids, keys)


def forget_authors_of(tx: Connection, site_id: str, ids: Sequence[str]) -> None:
    """Forget what was ever decided about the authors of these comments, of edited texts too."""
    subjects = [
        subject
        for comment, _, _ in _contents(tx, ids)
        for subject in subjects_of(site_id, comment)
        if subject.kind in {"author", "email"}
    ]
    forget(tx, site_id, subjects)


def _contents(
    tx: Connection, ids: Sequence[str]
) -> Iterator[tuple[Comment, DecisionWord | None, datetime | None]]:
    rows: Sequence[RowMapping] = (
        tx.execute(
            select(comments.c.content, decisions.c.decision, decisions.c.decided_at)
            .outerjoin(decisions, decisions.c.id == comments.c.decision_id)
            .where(comments.c.id.in_(ids), comments.c.content.is_not(None))
            .order_by(comments.c.id)
        )
        .mappings()
        .all()
    )
    for row in rows:
        yield Comment.model_validate_json(row["content"]), row["decision"], row["decided_at"]
