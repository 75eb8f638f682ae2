"""Retention: a site's comments lose their content after `retention_days`, and go after twice that.

First goes what an erasure takes as well, but who wrote it and what it came to still counts for
their reputation. Then everything goes: metadata, verdict, decisions. Counts by hour stay.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import ColumnElement, Connection, delete, exists, select

from store.audit import note_action
from store.database import Database
from store.erasure import retire
from store.ids import new_id
from store.records import Site, Status
from store.sites import list_sites
from store.steps import each_apart
from store.tables import comments, deliveries, events

AT_ONCE = 200  # comments in one transaction
METADATA_KEPT = 2  # times as long as the content
ACTOR = "retention"  # in the audit log


@dataclass(frozen=True)
class Expired:
    """What one site's retention came to: contents retired, and comments of which nothing stays."""

    site: Site
    retired: int
    forgotten: int


def expire(
    database: Database, now: datetime, failed: Callable[[Site, Exception], None]
) -> Generator[Expired | None, None, None]:
    """Let go what each site keeps no longer, a short transaction a step; noted in its audit log.

    A step that ends a site gives what it came to, any other None. A site at which one fails is told
    to `failed`, and the others go on. Raises StoreUnavailable; what is left goes the next time.
    """
    with database.read() as tx:
        limited = [site for site in list_sites(tx) if site.retention_days]
    yield from each_apart(limited, partial(_expire, database, now=now), failed)


def _expire(database: Database, site: Site, now: datetime) -> Generator[Expired | None, None, None]:
    days = timedelta(days=site.retention_days or 0)
    old, limit = now - days, now - METADATA_KEPT * days
    retired = forgotten = 0
    try:
        while count := database.write(partial(retire_some, site_id=site.id, before=old, now=now)):
            retired += count
            yield None
        while count := database.write(partial(forget_some, site_id=site.id, before=limit)):
            forgotten += count
            yield None
    finally:  # also of a run that was cut off
        if retired or forgotten:
            database.write(partial(_note, site=site, now=now, retired=retired, forgotten=forgotten))
    if retired or forgotten:
        yield Expired(site, retired, forgotten)


def retire_some(tx: Connection, site_id: str, before: datetime, now: datetime) -> int:
    """Retire up to AT_ONCE judged comments submitted before a time; return how many.

    One whose event is still being sent is left until it has arrived or is given up.
    """
    for status in ("scored", "decided"):
        sending = exists().where(
            deliveries.c.comment_id == comments.c.id, deliveries.c.state == "pending"
        )
        if ids := _old(tx, site_id, status, before, ~sending):
            retire(tx, ids, now)
            return len(ids)
    return 0


def forget_some(tx: Connection, site_id: str, before: datetime) -> int:
    """Delete up to AT_ONCE comments without content, submitted before a time; return how many."""
    ids = _old(tx, site_id, "erased", before)
    if ids:
        tx.execute(delete(events).where(events.c.comment_id.in_(ids)))
        tx.execute(delete(comments).where(comments.c.id.in_(ids)))
    return len(ids)


def _old(
    tx: Connection, site_id: str, status: Status, before: datetime, *conditions: ColumnElement[bool]
) -> list[str]:
    # By status and id, which has the time in it: the index finds only what is not done yet.
    return list(
        tx.execute(
            select(comments.c.id)
            .where(comments.c.site_id == site_id, comments.c.status == status)
            .where(comments.c.id < new_id("cmt", at=before), comments.c.submitted_at < before)
            .where(*conditions)
            .order_by(comments.c.id)
            .limit(AT_ONCE)
            .with_for_update(skip_locked=True)
        ).scalars()
    )


def _note(tx: Connection, site: Site, now: datetime, retired: int, forgotten: int) -> None:
    detail = f"{retired} contents older than {site.retention_days} days"
    if forgotten:
        older = METADATA_KEPT * (site.retention_days or 0)
        detail += f"; {forgotten} records older than {older} days"
    count = retired + forgotten
    note_action(tx, site.id, ACTOR, "comments.expired", site.name, now, detail=detail, count=count)
