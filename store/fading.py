"""Fading: what campaigns and standings keep is deleted when it counts no more."""

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
    old = {
        sightings.c.comment_id: or_(alone, sightings.c.seen_at <= now - GROUPS_KEPT),
        sketch_keys.c.key: sketch_keys.c.hour < hour_of(now - WINDOW),
    }
    counts = [
        tx.execute(
            delete(column.table).where(
                column.in_(select(column).where(condition).limit(SIGHTINGS_AT_ONCE))
            )
        ).rowcount
        for column, condition in old.items()
    ]
    key = tuple_(*promotions.primary_key.columns)
    faded = select(*promotions.primary_key.columns).where(promotions.c.seen_at <= now - WINDOW)
    counts.append(
        tx.execute(delete(promotions).where(key.in_(faded.limit(SIGHTINGS_AT_ONCE)))).rowcount
    )
    tx.execute(delete(opinions).where(opinions.c.week <= week_of(now) - KEPT_WEEKS))
    tx.execute(delete(standings))  # what code before revision 0006 counted, in a rolling upgrade
    return max(counts)
