"""What became of authors' earlier comments, counted for a whole batch of authors at once."""

import json
from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    Select,
    String,
    TableValuedAlias,
    and_,
    bindparam,
    case,
    func,
    literal,
    select,
)
from sqlalchemy.sql.functions import FunctionElement

from store.as_of import AsOf
from store.columns import UtcDateTime
from store.comments import LONG_AGO
from store.past_comments import BECAME, counted_word
from store.tables import comments, decisions

MOST_OF_AUTHOR = 1_000  # comments that tell of their author's past
_PERIODS = {"_24h": timedelta(hours=24), "_30d": timedelta(days=30)}
_ENDS = ("", *_PERIODS)
_COUNTS = [f"{word}{end}" for word in ("approved", "rejected", "spam") for end in _ENDS]


def past_of_authors(
    tx: Connection, site_id: str, author_ids: Sequence[str], as_of: AsOf
) -> dict[str, dict[str, int]]:
    """Return {author: {name of a History field: count}} of what became of their last comments.

    Of an author who has more than MOST_OF_AUTHOR, as of a platform that calls every guest `0`,
    the newest so many count.
    """
    on_sqlite = tx.dialect.name == "sqlite"
    asked = {
        "site": site_id,
        "authors": json.dumps(author_ids) if on_sqlite else list(author_ids),
        "again": list(as_of.again),
        "until": as_of.until,
        "newer": MOST_OF_AUTHOR - 1,
        **{end: as_of.now - period for end, period in _PERIODS.items()},
    }
    past: dict[str, dict[str, int]] = {}
    for row in tx.execute(_counts_by_outcome(on_sqlite=on_sqlite), asked).mappings():
        counts = past.setdefault(row["author_id"], dict.fromkeys(_COUNTS, 0))
        for end in _ENDS:
            name = BECAME.get(row["outcome"], "") + end
            if name in counts:
                counts[name] += row[f"total{end}"]
    return past


@cache  # putting it together takes longer than running it
def _counts_by_outcome(*, on_sqlite: bool) -> Select[Any]:
    """Select counts by author and outcome; `past_of_authors` binds what it asks for."""
    asked = _authors(on_sqlite=on_sqlite)
    # Looked up for each comment, as PostgreSQL would rather join with all decisions there are.
    decided = select(counted_word()).where(decisions.c.id == comments.c.decision_id)
    outcome = func.coalesce(decided.scalar_subquery(), comments.c.action).label("outcome")
    return (
        select(comments.c.author_id, outcome, *_totals())
        .select_from(asked)
        .join(
            comments, and_(*_of_author(comments, asked), comments.c.submitted_at >= _since(asked))
        )
        .group_by(comments.c.author_id, outcome)
    )


def _authors(*, on_sqlite: bool) -> TableValuedAlias:
    """Return the `:authors` as a table of one column: a list, or its JSON on SQLite."""
    if on_sqlite:
        each: FunctionElement[Any] = func.json_each(bindparam("authors", type_=String()))
        return each.table_valued("value", name="asked")
    each = func.unnest(bindparam("authors", type_=ARRAY(String())))
    return each.table_valued("value", name="asked").render_derived()


def _totals() -> list[ColumnElement[int]]:
    """Return how many comments count: `total` of all, `total_24h` and so on of each period."""
    counted = comments.c.id.not_in(bindparam("again", expanding=True))
    within = {"": counted} | {
        end: and_(counted, comments.c.submitted_at > bindparam(end, type_=UtcDateTime()))
        for end in _PERIODS
    }
    return [func.sum(case((yes, 1), else_=0)).label(f"total{end}") for end, yes in within.items()]


def _since(asked: FromClause) -> ColumnElement[Any]:
    """Return when the oldest comment of an author came that counts."""
    newer = comments.alias("newer")
    oldest = (
        select(newer.c.submitted_at)
        .where(*_of_author(newer, asked))
        .order_by(newer.c.submitted_at.desc())
        .limit(1)
        .offset(bindparam("newer", type_=Integer()))
        .scalar_subquery()
    )
    return func.coalesce(oldest, literal(LONG_AGO, UtcDateTime()), type_=UtcDateTime())


def _of_author(table: FromClause, asked: FromClause) -> tuple[ColumnElement[bool], ...]:
    return (
        table.c.site_id == bindparam("site"),
        table.c.author_id == asked.c.value,
        table.c.submitted_at <= bindparam("until", type_=UtcDateTime()),
    )
