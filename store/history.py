"""History: what the past says of authors and texts, counted for whole batches.

Counts are of comments other than the one asked about. An author is known by the id that the
platform gives; a comment without one has no past.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Column, ColumnElement, Connection, and_, case, func, or_, select

from rules.history import History
from store.records import TRAP
from store.tables import comments, decisions

FLOOD = timedelta(minutes=10)
_PERIODS = {"": None, "_24h": timedelta(hours=24), "_30d": timedelta(days=30)}


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
    """Return {author: {name of a History field: count}} of what became of their comments.

    `again` are comments that were judged before: neither they nor what came after `now` count.
    """
    counted = [comments.c.id.not_in(again), *_until(now, again)] if again else []
    counts = [
        func.coalesce(
            func.sum(case((and_(_became(word, now, period), *counted), 1), else_=0)), 0
        ).label(word + suffix)
        for word in ("approved", "rejected", "spam")
        for suffix, period in _PERIODS.items()
    ]
    rows = tx.execute(
        select(comments.c.author_id, *counts)
        .outerjoin(decisions, decisions.c.id == comments.c.decision_id)
        .where(comments.c.site_id == site_id, comments.c.author_id.in_(author_ids))
        .group_by(comments.c.author_id)
    ).mappings()
    return {row["author_id"]: {k: v for k, v in row.items() if k != "author_id"} for row in rows}


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


def _became(word: str, now: datetime, period: timedelta | None) -> ColumnElement[bool]:
    """Whether a comment of the period was approved, rejected or spam: a person's word first.

    What fell into a trap nobody called spam. Whoever posts it can name any author, as with what a
    rule rejects, and so it counts like that.
    """
    undecided = comments.c.decision_id.is_(None)
    trapped = and_(decisions.c.source == "platform", ~decisions.c.actor.is_distinct_from(TRAP))
    outcome = {
        "approved": or_(
            decisions.c.decision.in_(("approve", "ham")),
            and_(undecided, comments.c.action == "approve"),
        ),
        "rejected": or_(
            decisions.c.decision == "reject",
            trapped,
            and_(undecided, comments.c.action == "reject"),
        ),
        "spam": and_(decisions.c.decision == "spam", ~trapped),
    }[word]
    return outcome if period is None else and_(outcome, comments.c.submitted_at > now - period)
