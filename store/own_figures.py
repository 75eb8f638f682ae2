"""A moderator's own figures, which nobody else is shown."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from store.tables import decisions


def own_figures(
    tx: Connection, site_ids: Sequence[str], email: str, now: datetime
) -> dict[str, int]:
    """Return {period: how many decisions} of the last hour, day and week, at these sites."""
    periods = {
        "last hour": timedelta(hours=1),
        "last day": timedelta(days=1),
        "last week": timedelta(days=7),
    }
    here = decisions.c.site_id.in_(site_ids)
    mine = (here, decisions.c.actor == email, decisions.c.source == "moderator")
    return {
        name: tx.execute(
            select(func.count()).where(*mine, decisions.c.decided_at > now - period)
        ).scalar_one()
        for name, period in periods.items()
    }
