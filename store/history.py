"""History: what the past says of authors and texts, counted for whole batches.

Counts are of comments other than the one asked about. An author is known by the id that the
platform gives; a comment without one has no past.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    case,
    func,
    literal,
    select,
)
from sqlalchemy.sql.functions import FunctionElement

from rules.history import History
from store.columns import UtcDateTime
from store.comments import LONG_AGO
from store.past_comments import BECAME, counted_word
from store.tables import comments, decisions

FLOOD = timedelta(minutes=10)
MOST_OF_AUTHOR = 1_000  # comments that tell of their author's past
FOREVER = datetime(9999, 1, 1, tzinfo=UTC)
_PERIODS = {"_24h": timedelta(hours=24), "_30d": timedelta(days=30)}
_COUNTS = [f"{word}{end}" for word in ("approved", "rejected", "spam") for end in ("", *_PERIODS)]


@dataclass(frozen=True)
class Subject:
    """A comment whose past is asked for.

    With `judged_before`, its id: it was judged before, and its past is asked for as it was then.
    """

    author_id: str | None
    ip_digest: str | None
    fingerprint: str | None
    judged_before: str | None = None


def past_of_authors(
    tx: Connection,
    site_id: str,
    author_ids: Sequence[str],
    now: datetime,
    again: Collection[str] = (),
) -> dict[str, dict[str, int]]:
    """Return {author: {name of a History field: count}} of what became of their last comments.

    Of an author who has more than MOST_OF_AUTHOR, as of a platform that calls every guest `0`,
    the newest so many count. `again` are comments that were judged before: neither they nor what
    came after `now` count.
    """
    on_sqlite = tx.dialect.name == "sqlite"
    asked = {
        "site": site_id,
        "authors": json.dumps(author_ids) if on_sqlite else list(author_ids),
        "again": list(again),
        "until": now if again else FOREVER,
        "newer": MOST_OF_AUTHOR - 1,
        **{suffix: now - period for suffix, period in _PERIODS.items()},
    }
    past: dict[str, dict[str, int]] = {}
    for row in tx.execute(_past_of_authors(on_sqlite=on_sqlite), asked).mappings():
        counts = past.setdefault(row["author_id"], dict.fromkeys(_COUNTS, 0))
        for suffix in ("", *_PERIODS):
            name = BECAME.get(row["outcome"], "") + suffix
            if name in counts:
                counts[name] += row[f"total{suffix}"]
    return past


@cache  # putting it together takes longer than running it
def _past_of_authors(*, on_sqlite: bool) -> Select[Any]:
    """Select counts by author and outcome, of `:authors`: a list, or its JSON on SQLite."""
    names: FunctionElement[Any] = func.unnest(bindparam("authors", type_=ARRAY(String())))
    if on_sqlite:
        names = func.json_each(bindparam("authors", type_=String()))
    named = names.table_valued("value", name="named")
    named = named if on_sqlite else named.render_derived()
    newer = comments.alias("newer")
    oldest = (  # of those that count; without one, all do
        select(newer.c.submitted_at)
        .where(*_of_author(newer, named))
        .order_by(newer.c.submitted_at.desc())
        .limit(1)
        .offset(bindparam("newer", type_=Integer()))
        .scalar_subquery()
    )
    since = func.coalesce(oldest, literal(LONG_AGO, UtcDateTime()), type_=UtcDateTime())
    # Looked up for each comment, as PostgreSQL would rather join with all decisions there are.
    decided = select(counted_word()).where(decisions.c.id == comments.c.decision_id)
    outcome = func.coalesce(decided.scalar_subquery(), comments.c.action).label("outcome")
    counted = comments.c.id.not_in(bindparam("again", expanding=True))
    periods = {
        suffix: comments.c.submitted_at > bindparam(suffix, type_=UtcDateTime())
        for suffix in _PERIODS
    }
    totals = {"": counted} | {suffix: and_(counted, period) for suffix, period in periods.items()}
    return (
        select(
            comments.c.author_id,
            outcome,
            *(
                func.sum(case((within, 1), else_=0)).label(f"total{suffix}")
                for suffix, within in totals.items()
            ),
        )
        .select_from(named)
        .join(comments, and_(*_of_author(comments, named), comments.c.submitted_at >= since))
        .group_by(comments.c.author_id, outcome)
    )


def _of_author(table: FromClause, named: FromClause) -> tuple[ColumnElement[bool], ...]:
    until = bindparam("until", type_=UtcDateTime())
    return (
        table.c.site_id == bindparam("site"),
        table.c.author_id == named.c.value,
        table.c.submitted_at <= until,
    )


def recent(
    tx: Connection,
    site_id: str,
    column: Column[str],
    values: Sequence[str],
    now: datetime,
    again: Collection[str] = (),
) -> dict[str, int]:
    """Return {value: how many comments of the last FLOOD minutes have it in `column`}."""
    rows = tx.execute(
        select(column, func.count())
        .where(comments.c.site_id == site_id, column.in_(values))
        .where(comments.c.submitted_at > now - FLOOD, *_until(now, again))
        .group_by(column)
    )
    return dict(rows.all())


def histories(
    tx: Connection,
    site_id: str,
    subjects: Sequence[Subject],
    now: datetime,
    *,
    authors: bool,
    flood: bool,
) -> list[History]:
    """Return the history of each comment; only of the kinds that are asked for."""
    past = _past(tx, site_id, subjects, now) if authors else {}
    floods = _floods(tx, site_id, subjects, now) if flood else {}
    found = []
    for subject in subjects:
        counts = past.get(subject.author_id or "", {})
        found.append(History(**counts, **_flood_of(subject, floods)))
    return found


def _past(
    tx: Connection, site_id: str, subjects: Sequence[Subject], now: datetime
) -> dict[str, dict[str, int]]:
    ids = sorted({subject.author_id for subject in subjects if subject.author_id})
    return past_of_authors(tx, site_id, ids, now, _again(subjects)) if ids else {}


def _floods(
    tx: Connection, site_id: str, subjects: Sequence[Subject], now: datetime
) -> dict[str, dict[str, int]]:
    columns = {
        "flood_author": comments.c.author_id,
        "flood_ip": comments.c.ip_digest,
        "flood_similar": comments.c.fingerprint,
    }
    floods = {}
    for name, column in columns.items():
        values = sorted({value for one in subjects if (value := getattr(one, column.name))})
        again = _again(subjects)
        floods[name] = recent(tx, site_id, column, values, now, again) if values else {}
    return floods


def _again(subjects: Sequence[Subject]) -> list[str]:
    return [one.judged_before for one in subjects if one.judged_before]


def _until(now: datetime, again: Collection[str]) -> list[ColumnElement[bool]]:
    """Leave out what came after `now`, where that is a moment of the past.

    Elsewhere nothing is left out: the clock of whoever took a comment may be ahead of ours.
    """
    return [comments.c.submitted_at <= now] if again else []


def _flood_of(subject: Subject, floods: dict[str, dict[str, int]]) -> dict[str, int | None]:
    if not floods:
        return {}
    keys = {
        "flood_author": subject.author_id,
        "flood_ip": subject.ip_digest,
        "flood_similar": subject.fingerprint,
    }
    others = {
        name: None if key is None else max(0, floods[name].get(key, 1) - 1)
        for name, key in keys.items()
    }
    return {"flood_minutes": FLOOD // timedelta(minutes=1), **others}
