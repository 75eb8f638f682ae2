"""Fading: what campaigns and standings keep is deleted when it counts no more."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, delete, or_, select, tuple_

from store.campaign_tables import opinions, promotions, sightings, sketch_keys, standings
from store.campaigns import WINDOW, hour_of
from store.standing import KEPT_WEEKS, week_of

SIGHTINGS_AT_ONCE = 2_000
GROUPS_KEPT = timedelta(days=30)  # so long the review pages group what waits


def forget_old_sightings(tx: Connection, now: datetime) -> int:
    """Delete what is older than it counts, SIGHTINGS_AT_ONCE of each kind; return the most."""
    alone = and_(sightings.c.campaign_id.is_(None), sightings.c.seen_at <= now - WINDOW)
    old = select(sightings.c.comment_id).where(or_(alone, sightings.c.seen_at <= now - GROUPS_KEPT))
    mine = sightings.c.comment_id
    counts = [tx.execute(delete(sightings).where(mine.in_(old.limit(SIGHTINGS_AT_ONCE)))).rowcount]
    key = tuple_(*promotions.primary_key.columns)
    faded = select(*promotions.primary_key.columns).where(promotions.c.seen_at <= now - WINDOW)
    counts.append(
        tx.execute(delete(promotions).where(key.in_(faded.limit(SIGHTINGS_AT_ONCE)))).rowcount
    )
    tx.execute(delete(opinions).where(opinions.c.week <= week_of(now) - KEPT_WEEKS))
    tx.execute(delete(standings))  # what code before revision 0006 counted, in a rolling upgrade
    return max(counts)


def old_features(tx: Connection, after: int, now: datetime) -> list[int]:
    """Return features that no text had lately, in order, from `after` on; SIGHTINGS_AT_ONCE.

    There is no index of their age: that would cost each comment twelve writes more. So this looks
    at all of them, and is for a reader, who keeps nobody waiting.
    """
    query = select(sketch_keys.c.key).where(
        sketch_keys.c.key >= after, sketch_keys.c.hour < hour_of(now - WINDOW)
    )
    return list(tx.execute(query.order_by(sketch_keys.c.key).limit(SIGHTINGS_AT_ONCE)).scalars())


def forget_features(tx: Connection, keys: Sequence[int], now: datetime) -> None:
    """Delete features, but for those that a text has had since."""
    still_old = sketch_keys.c.hour < hour_of(now - WINDOW)
    tx.execute(delete(sketch_keys).where(sketch_keys.c.key.in_(keys), still_old))
