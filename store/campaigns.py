"""Campaigns: comments like one another, by several authors, on all sites of one owner.

Looking one up costs a fixed number of rows by primary key, and so does noting it down, however
much is stored: see `store.campaign_tables`.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, delete, func, select, text, union_all, update

from rules.history import CAMPAIGN_HOURS
from store.campaign_tables import promotions, sightings, sketch_keys
from store.floods import FLOOD
from store.tables import comments
from store.upserts import upsert

WINDOW = timedelta(hours=CAMPAIGN_HOURS)
COUNTED = 200  # comments of a campaign, or authors of a domain, the newest
PLACES_AT_ONCE = 100  # of the 500 parts that a statement of SQLite may have
LOCK_SECONDS = 1  # whoever scores does not wait longer for campaigns: a batch takes a tenth of it
_SECONDS = 3600
_ADVISORY_LOCK = 7_214_508_114


@dataclass(frozen=True)
class Sighting:
    """A judged comment as it is noted down. Its `keys` are those of the sketch of its text."""

    comment_id: str
    site_id: str
    owner_id: str
    who: str
    network: str | None
    keys: Sequence[int]
    domains: Sequence[str]
    campaign_id: str | None = None


def groups_of_keys(tx: Connection, keys: Iterable[int], now: datetime) -> dict[int, str]:
    """Return {key: the campaign, else the comment, that had it last} within WINDOW."""
    wanted = sorted(set(keys))
    if not wanted:
        return {}
    rows = tx.execute(
        select(sketch_keys.c.key, sightings.c.campaign_id, sightings.c.comment_id)
        .join(sightings, sightings.c.comment_id == sketch_keys.c.comment_id)
        .where(sketch_keys.c.key.in_(wanted), sketch_keys.c.hour >= hour_of(now - WINDOW))
    )
    return {key: campaign_id or comment_id for key, campaign_id, comment_id in rows}


def members(tx: Connection, campaign_id: str, now: datetime) -> dict[str, str]:
    """Return {comment id: who wrote it} of a campaign within WINDOW, the newest COUNTED."""
    rows = tx.execute(
        select(sightings.c.comment_id, sightings.c.who)
        .where(sightings.c.campaign_id == campaign_id, sightings.c.seen_at > now - WINDOW)
        .order_by(sightings.c.seen_at.desc())
        .limit(COUNTED)
    )
    return dict(rows.all())


def authors_of_comments(tx: Connection, comment_ids: Iterable[str]) -> dict[str, str]:
    """Return {comment id: who wrote it}."""
    wanted = sorted(comment_ids)
    rows = tx.execute(
        select(sightings.c.comment_id, sightings.c.who).where(sightings.c.comment_id.in_(wanted))
    )
    return dict(rows.all())


def promoters(
    tx: Connection, places: Iterable[tuple[str, str]], now: datetime
) -> dict[tuple[str, str], set[str]]:
    """Return {(owner, domain): who linked there} within WINDOW, COUNTED at most of each."""
    found: dict[tuple[str, str], set[str]] = {place: set() for place in places}
    wanted = sorted(found)
    for start in range(0, len(wanted), PLACES_AT_ONCE):
        parts = [_linked_to(*place, now) for place in wanted[start : start + PLACES_AT_ONCE]]
        for row in tx.execute(union_all(*parts)):
            found[row.owner_id, row.domain].add(row.who)
    return found


def _linked_to(owner_id: str, domain: str, now: datetime) -> Select[tuple[Any, ...]]:
    # Each with a limit of its own, which row_number() is not: that would read all who linked there.
    columns = (promotions.c.owner_id, promotions.c.domain, promotions.c.who)
    query = select(*columns).where(columns[0] == owner_id, columns[1] == domain)
    newest = query.where(promotions.c.seen_at > now - WINDOW).limit(COUNTED)
    return select(newest.subquery())


def from_networks(
    tx: Connection,
    site_id: str,
    networks: Sequence[str],
    now: datetime,
    besides: Collection[str] = (),
) -> dict[str, int]:
    """Return {network: how many comments came from it, `besides` some} of FLOOD before `now`."""
    rows = tx.execute(
        select(sightings.c.network, func.count())
        .where(sightings.c.site_id == site_id, sightings.c.network.in_(networks))
        .where(sightings.c.seen_at > now - FLOOD, sightings.c.seen_at <= now)
        .where(*([sightings.c.comment_id.not_in(besides)] if besides else []))
        .group_by(sightings.c.network)
    )
    return dict(rows.all())


def record_sightings(
    tx: Connection, seen: Sequence[Sighting], merged: Mapping[str, str], now: datetime
) -> None:
    """Note comments down; `merged` is {campaign or comment of before: campaign it belongs to}.

    Raises OperationalError where another process, which may stand still, notes for too long.
    """
    if tx.dialect.name == "postgresql":  # one at a time, so that none waits for the other's rows
        tx.execute(text(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'"))
        tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
    present = set(_present(tx, [one.comment_id for one in seen]))
    join_campaigns(tx, merged)
    kept = [one for one in seen if one.comment_id in present]
    rows = [_row(one, now) for one in kept]
    keys = {key: one.comment_id for one in kept for key in one.keys}
    linked = {(one.owner_id, domain, one.who) for one in kept for domain in one.domains}
    if rows:
        known = {"campaign_id", "who", "network", "seen_at"}
        tx.execute(upsert(tx, sightings, lambda new: {name: new[name] for name in known}), rows)
    if keys:
        hour = hour_of(now)
        last = [{"key": key, "comment_id": keys[key], "hour": hour} for key in sorted(keys)]
        changed = upsert(tx, sketch_keys, lambda new: {n: new[n] for n in ("comment_id", "hour")})
        tx.execute(changed, last)
    if linked:
        names = ("owner_id", "domain", "who")
        pairs = [dict(zip(names, pair, strict=True)) | {"seen_at": now} for pair in sorted(linked)]
        tx.execute(upsert(tx, promotions, lambda new: {"seen_at": new["seen_at"]}), pairs)


def join_campaigns(tx: Connection, merged: Mapping[str, str]) -> None:
    """Make campaigns, or comments, of before part of the campaign that they belong to now."""
    for old, campaign_id in merged.items():
        column = sightings.c.campaign_id if _is_campaign(old) else sightings.c.comment_id
        tx.execute(update(sightings).where(column == old).values(campaign_id=campaign_id))


def forget_sightings(tx: Connection, comment_ids: Sequence[str], keys: Sequence[int] = ()) -> None:
    """Forget comments, and the features of their texts that they had last."""
    tx.execute(delete(sightings).where(sightings.c.comment_id.in_(comment_ids)))
    tx.execute(
        delete(sketch_keys)
        .where(sketch_keys.c.key.in_(keys))
        .where(sketch_keys.c.comment_id.in_(comment_ids))
    )


def _is_campaign(group: str) -> bool:
    return group.startswith("cmp_")


def _present(tx: Connection, comment_ids: Sequence[str]) -> Iterable[str]:
    """Return those that were not erased since they were judged, nor will be until the commit.

    To be asked before anything is written, for which an erasure of several would wait as we for it.
    """
    query = select(comments.c.id).where(comments.c.id.in_(comment_ids))
    query = query.where(comments.c.status != "erased").order_by(comments.c.id)
    return tx.execute(query.with_for_update(read=True, key_share=True)).scalars()


def _row(seen: Sighting, now: datetime) -> dict[str, object]:
    return {
        "comment_id": seen.comment_id,
        "site_id": seen.site_id,
        "campaign_id": seen.campaign_id,
        "who": seen.who,
        "network": seen.network,
        "seen_at": now,
    }


def hour_of(moment: datetime) -> int:
    """Return the hours since 1970."""
    return int(moment.timestamp()) // _SECONDS
