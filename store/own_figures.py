"""A moderator's own figures, which nobody else is shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy import Connection, select

from store.tables import decisions

PERIODS = {
    "last hour": timedelta(hours=1),
    "last day": timedelta(days=1),
    "last week": timedelta(days=7),
}
PAUSE = timedelta(minutes=5)  # who decides nothing for longer is not at the queue
MOST_COUNTED = 50_000


@dataclass(frozen=True)
class OwnFigures:
    """Decisions of a period, and the time from one to the next, without the pauses."""

    decisions: int
    time: timedelta

    @property
    def hours(self) -> str:
        """Return the time as `hours:minutes`."""
        minutes = round(self.time.total_seconds() / 60)
        return f"{minutes // 60}:{minutes % 60:02}"


def own_figures(
    tx: Connection, site_ids: Sequence[str], email: str, now: datetime
) -> dict[str, OwnFigures]:
    """Return {period: figures} of the last hour, day and week, at these sites."""
    query = (
        select(decisions.c.decided_at)
        .where(decisions.c.site_id.in_(site_ids), decisions.c.actor == email)
        .where(decisions.c.source == "moderator")
        .where(decisions.c.decided_at > now - max(PERIODS.values()))
        .order_by(decisions.c.decided_at.desc())
        .limit(MOST_COUNTED)
    )
    times = tx.execute(query).scalars().all()
    return {name: _figures([at for at in times if at > now - p]) for name, p in PERIODS.items()}


def _figures(times: Sequence[datetime]) -> OwnFigures:
    steps = (later - earlier for later, earlier in pairwise(times))
    return OwnFigures(len(times), sum((one for one in steps if one <= PAUSE), timedelta()))
