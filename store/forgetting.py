"""Forgetting: what campaigns and standings keep of comments goes with them."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, RowMapping, select

from rules.comment import Comment
from rules.remembering import forget_texts
from rules.sketch import sketch
from store.campaigns import forget_sightings
from store.owners import owners_of_sites
from store.standing import DECISION, Opinion, forget, opinion_of, take_off, tellable_subjects_of
from store.stored import stored_comment
from store.tables import comments, decisions


def forget_traces(tx: Connection, site_id: str, ids: Sequence[str]) -> None:
    """Forget features of these comments' texts, and take off what was decided about them.

    In this process, what is remembered of texts is forgotten, too.
    """
    owner_id = owners_of_sites(tx).get(site_id, site_id)
    keys: list[int] = []
    for comment, opinion in _contents(tx, ids):
        keys += _sketched(comment.body, owner_id)
        take_off(tx, site_id, tellable_subjects_of(site_id, comment), opinion)
    forget_sightings(tx, ids, keys)
    forget_texts()


def forget_authors_of(tx: Connection, site_id: str, ids: Sequence[str]) -> None:
    """Forget what was ever decided about the authors of these comments, of edited texts too."""
    subjects = [
        subject
        for comment, _ in _contents(tx, ids)
        for subject in tellable_subjects_of(site_id, comment)
        if subject.kind in {"author", "email"}
    ]
    forget(tx, site_id, subjects)


def _sketched(text: str, owner_id: str) -> tuple[int, ...]:
    try:
        return sketch(text, owner_id) or ()
    except Exception:  # then nothing was noted down of it: it goes like any other
        return ()


def _contents(tx: Connection, ids: Sequence[str]) -> Iterator[tuple[Comment, Opinion | None]]:
    rows: Sequence[RowMapping] = (
        tx.execute(
            select(comments.c.content, *DECISION)
            .outerjoin(decisions, decisions.c.id == comments.c.decision_id)
            .where(comments.c.id.in_(ids), comments.c.content.is_not(None))
            .order_by(comments.c.id)
        )
        .mappings()
        .all()
    )
    for row in rows:
        yield stored_comment(row["content"]), opinion_of(row)
