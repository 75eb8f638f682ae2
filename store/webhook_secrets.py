"""Secrets of webhooks: changing them, and which of them sign."""

import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, select, update

from store.tables import webhooks

SECRET_OVERLAP = timedelta(hours=24)  # a secret signs on for so long after it was replaced
MOST_OLDER = 8  # that sign beside the last two, or the header would grow without end

SECRETS = (
    webhooks.c.secret,
    webhooks.c.old_secret,
    webhooks.c.old_secret_until,
    webhooks.c.older_secrets,
)


def rotate_secret(
    tx: Connection, site_id: str, webhook_id: str, sealed_secret: str, now: datetime
) -> bool:
    """Sign with a new secret, and with the old one too for 24 h; return whether it is there.

    Whoever lost the new secret rotates again, and their receiver still has the first one. So
    each secret signs for its own 24 h, however many came after it.
    """
    mine = (webhooks.c.site_id == site_id) & (webhooks.c.id == webhook_id)
    there = select(*SECRETS).where(mine, webhooks.c.removed_at.is_(None))
    row = tx.execute(there.with_for_update()).mappings().one_or_none()
    if row is None:
        return False
    older = _replaced(row, now)[:MOST_OLDER]
    values: dict[str, Any] = {
        "secret": sealed_secret,
        "old_secret": row["secret"],
        "old_secret_until": now + SECRET_OVERLAP,
        "older_secrets": json.dumps([[key, until.isoformat()] for key, until in older]),
    }
    tx.execute(update(webhooks).where(mine).values(**values))
    return True


def signing_keys(row: RowMapping, now: datetime) -> list[str]:
    """Return the sealed secrets that sign now, newest first; `row` has the columns of SECRETS."""
    return [row["secret"], *(key for key, _ in _replaced(row, now))]


def _replaced(row: RowMapping, now: datetime) -> list[tuple[str, datetime]]:
    """Return (sealed secret, until when it signs) of those whose time is not over."""
    found = [(row["old_secret"], row["old_secret_until"])]
    older = json.loads(row["older_secrets"] or "[]")
    found += [(key, datetime.fromisoformat(until)) for key, until in older]
    return [(key, until) for key, until in found if key is not None and until > now]
