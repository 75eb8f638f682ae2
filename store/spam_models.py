"""Spam models on record: each site's weights, and the examples that they are made of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from store.spam_tables import spam_examples, spam_models

NO_WEIGHTS = b""
ROWS_AT_ONCE = 500


@dataclass(frozen=True)
class StoredModel:
    """A site's weights, packed; `version` grows with every change.

    `taught` is of how many comments they are, also of those whose examples have gone since.
    """

    version: int
    weights: bytes
    taught: int = 0


@dataclass(frozen=True)
class StoredExample:
    """A comment that was taught: by which account, as what, and its share of the weights."""

    comment_id: str
    account: str
    side: int
    dual: float
    vector: bytes


def model_versions(tx: Connection, site_ids: Iterable[str]) -> dict[str, int]:
    """Return {site id: version of its model}, without those that were never taught."""
    rows = tx.execute(
        select(spam_models.c.site_id, spam_models.c.version).where(
            spam_models.c.site_id.in_(sorted(site_ids))
        )
    )
    return dict(rows.all())


def stored_model(tx: Connection, site_id: str) -> StoredModel:
    """Return a site's model; version 0 and no weights where there is none."""
    row = tx.execute(select(spam_models).where(spam_models.c.site_id == site_id)).one_or_none()
    return StoredModel(row.version, row.weights, row.taught) if row else StoredModel(0, NO_WEIGHTS)


def lock_model(tx: Connection, site_id: str, now: datetime) -> StoredModel:
    """Return a site's model, locked until the commit: one learner at a time."""
    dialect = postgresql if tx.dialect.name == "postgresql" else sqlite
    values = {"site_id": site_id, "version": 0, "weights": NO_WEIGHTS, "taught_at": now}
    tx.execute(dialect.insert(spam_models).values(values).on_conflict_do_nothing())
    mine = select(spam_models).where(spam_models.c.site_id == site_id).with_for_update()
    row = tx.execute(mine).one()
    return StoredModel(row.version, row.weights, row.taught)


def save_model(tx: Connection, site_id: str, model: StoredModel, now: datetime) -> None:
    """Write a locked model, but for `taught`: what changes the examples does that."""
    tx.execute(
        update(spam_models)
        .where(spam_models.c.site_id == site_id)
        .values(version=model.version, weights=model.weights, taught_at=now)
    )


def examples_of(tx: Connection, comment_ids: Sequence[str]) -> dict[str, StoredExample]:
    """Return {comment id: its example}, for those that were taught."""
    rows = tx.execute(select(*_COLUMNS).where(spam_examples.c.comment_id.in_(comment_ids)))
    return {row.comment_id: StoredExample(**row._mapping) for row in rows}  # noqa: SLF001 - public


def least_recent(tx: Connection, site_id: str, limit: int) -> list[StoredExample]:
    """Return the examples of a site that were visited longest ago."""
    rows = tx.execute(
        select(*_COLUMNS)
        .where(spam_examples.c.site_id == site_id)
        .order_by(spam_examples.c.visited_at, spam_examples.c.comment_id)
        .limit(limit)
    )
    return [StoredExample(**row._mapping) for row in rows]  # noqa: SLF001 - as above


def shares(tx: Connection, site_id: str) -> dict[str, float]:
    """Return {account: the sum of its examples' shares of the weights}."""
    rows = tx.execute(
        select(spam_examples.c.account, func.sum(spam_examples.c.dual))
        .where(spam_examples.c.site_id == site_id)
        .group_by(spam_examples.c.account)
    )
    return dict(rows.all())


def count_examples(tx: Connection, site_id: str) -> int:
    """Return how many examples a site's model has."""
    mine = spam_examples.c.site_id == site_id
    return tx.execute(select(func.count()).select_from(spam_examples).where(mine)).scalar_one()


def replace_examples(
    tx: Connection,
    site_id: str,
    taught: Sequence[StoredExample],
    taken_back: Sequence[str],
    now: datetime,
) -> None:
    """Write the examples of lessons, and count them; remove those that no longer stand."""
    gone = [*taken_back, *(one.comment_id for one in taught)]
    tx.execute(delete(spam_examples).where(spam_examples.c.comment_id.in_(gone)))
    if taught:
        rows = [{**vars(one), "site_id": site_id, "visited_at": now} for one in taught]
        tx.execute(insert(spam_examples), rows)
    _count_taught(tx, site_id, spam_models.c.taught + len(taught) - len(taken_back))


def _count_taught(tx: Connection, site_id: str, count: ColumnElement[int] | int) -> None:
    tx.execute(update(spam_models).where(spam_models.c.site_id == site_id).values(taught=count))


def save_visits(tx: Connection, visited: Sequence[StoredExample], now: datetime) -> None:
    """Write what became of the shares of examples that were visited again."""
    if not visited:
        return
    tx.execute(
        update(spam_examples)
        .where(spam_examples.c.comment_id == bindparam("of"))
        .values(dual=bindparam("share"), visited_at=now),
        [{"of": one.comment_id, "share": one.dual} for one in visited],
    )


def let_go_of_oldest(tx: Connection, site_id: str, most: int) -> None:
    """Keep the `most` newest comments as examples; what the others taught stays in the weights."""
    mine = spam_examples.c.site_id == site_id
    newest = (
        select(spam_examples.c.comment_id)
        .where(mine)
        .order_by(spam_examples.c.comment_id.desc())
        .limit(most)
    )
    tx.execute(delete(spam_examples).where(mine, spam_examples.c.comment_id.not_in(newest)))


_COLUMNS = (
    spam_examples.c.comment_id,
    spam_examples.c.account,
    spam_examples.c.side,
    spam_examples.c.dual,
    spam_examples.c.vector,
)


def replace_model(tx: Connection, site_id: str, weights: bytes, now: datetime) -> None:
    """Put other weights in the place of a site's; no decision of before can be taken back then."""
    stored = lock_model(tx, site_id, now)
    tx.execute(delete(spam_examples).where(spam_examples.c.site_id == site_id))
    _count_taught(tx, site_id, 0)
    save_model(tx, site_id, StoredModel(stored.version + 1, weights), now)
