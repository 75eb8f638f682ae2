"""A site's keys as its admins see them: that there are some, never what they are."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, select

from store.records import Record
from store.tables import api_keys


class SiteKey(Record):
    """A key that opens the API."""

    kind: Literal["api", "akismet"]
    created_at: datetime


def list_keys(tx: Connection, site_id: str) -> Sequence[SiteKey]:
    """Return the keys that are not revoked, by kind."""
    rows = tx.execute(
        select(api_keys.c.kind, api_keys.c.created_at)
        .where(api_keys.c.site_id == site_id, api_keys.c.revoked_at.is_(None))
        .order_by(api_keys.c.kind, api_keys.c.created_at)
    ).mappings()
    return [SiteKey(**row) for row in rows]
