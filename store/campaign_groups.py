"""Campaigns as groups of what waits for people."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select

from store.acts import MOST_AT_ONCE
from store.campaign_tables import sightings
from store.campaigns import WINDOW
from store.records import Record
from store.rescoring import ScoredComment, waiting_where
from store.review_looks import ORDER, in_queue, waits
from store.tables import comments

SHOWN = 5  # groups on the queue's page
LOOKED_AT = 1_000  # waiting comments, the first in the queue
SMALLEST = 3  # comments that are worth a group


class CampaignGroup(Record):
    """How many comments of a campaign wait, of how many authors; `first` is one of them."""

    campaign_id: str
    waiting: int
    authors: int
    first: str


def waiting_of_campaign(tx: Connection, campaign_id: str) -> list[ScoredComment]:
    """Return what waits for people of a campaign, on all its sites, the newest MOST_AT_ONCE."""
    mine = select(sightings.c.comment_id).where(sightings.c.campaign_id == campaign_id)
    return waiting_where(tx, comments.c.id.in_(mine), limit=MOST_AT_ONCE)


def waiting_alone(
    tx: Connection, site_ids: Iterable[str], now: datetime, *, limit: int
) -> list[ScoredComment]:
    """Return up to `limit` comments of WINDOW, the newest, that wait and are of no campaign."""
    mine = (
        select(sightings.c.comment_id)
        .where(sightings.c.site_id.in_(sorted(site_ids)), sightings.c.campaign_id.is_(None))
        .where(sightings.c.seen_at > now - WINDOW)
    )
    return waiting_where(tx, comments.c.id.in_(mine), limit=limit)


def campaign_groups(
    tx: Connection, site_id: str, queue: str, now: datetime
) -> Sequence[CampaignGroup]:
    """Return the largest groups among the first LOOKED_AT that wait in a queue of this site."""
    count = func.count()
    first = (
        select(comments.c.id)
        .where(*waits(site_id), *in_queue(queue, now))
        .order_by(*ORDER)
        .limit(LOOKED_AT)
        .subquery()
    )
    rows = tx.execute(
        select(
            sightings.c.campaign_id,
            count.label("waiting"),
            func.count(sightings.c.who.distinct()).label("authors"),
            func.min(first.c.id).label("first"),
        )
        .join(first, first.c.id == sightings.c.comment_id)
        .where(sightings.c.campaign_id.is_not(None))
        .group_by(sightings.c.campaign_id)
        .having(count >= SMALLEST)
        .order_by(count.desc(), sightings.c.campaign_id)
        .limit(SHOWN)
    ).mappings()
    return [CampaignGroup(**row) for row in rows]


def campaign_of(tx: Connection, comment_id: str) -> str | None:
    """Return the campaign that a comment belongs to."""
    found: str | None = tx.execute(
        select(sightings.c.campaign_id).where(sightings.c.comment_id == comment_id)
    ).scalar()
    return found
