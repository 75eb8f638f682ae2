"""Policies: a site's rules, every version kept, the highest one active."""

from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from store.ids import new_id
from store.records import Record
from store.tables import policies, sites


class PolicyVersion(Record):
    """One version of a site's policy, without its source."""

    id: str
    version: int
    name: str
    created_at: datetime


_COLUMNS = (policies.c.id, policies.c.version, policies.c.name, policies.c.created_at)


def activate_policy(
    tx: Connection, site_id: str, name: str, source: str, now: datetime
) -> PolicyVersion:
    """Store `source`, which must have been checked, as the site's next and active version."""
    # The site's row is the lock: two activations at once become two versions.
    tx.execute(select(sites.c.id).where(sites.c.id == site_id).with_for_update())
    version = (active_versions(tx, [site_id]).get(site_id) or 0) + 1
    stored = PolicyVersion(id=new_id("pol"), version=version, name=name, created_at=now)
    tx.execute(insert(policies).values(site_id=site_id, source=source, **stored.model_dump()))
    return stored


def active_versions(tx: Connection, site_ids: list[str]) -> dict[str, int]:
    """Return {site id: number of its active version}."""
    rows = tx.execute(
        select(policies.c.site_id, func.max(policies.c.version))
        .where(policies.c.site_id.in_(site_ids))
        .group_by(policies.c.site_id)
    )
    return dict(rows.all())


def policy_source(tx: Connection, site_id: str, version: int) -> str:
    """Return the text of a version that is known to exist."""
    source: str = tx.execute(
        select(policies.c.source).where(
            policies.c.site_id == site_id, policies.c.version == version
        )
    ).scalar_one()
    return source


def list_policy_versions(tx: Connection, site_id: str) -> list[PolicyVersion]:
    """Return all versions, newest first."""
    rows = tx.execute(
        select(*_COLUMNS).where(policies.c.site_id == site_id).order_by(policies.c.version.desc())
    )
    return [PolicyVersion(**row) for row in rows.mappings()]
