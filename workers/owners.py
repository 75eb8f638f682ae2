"""Owners at hand: which sites belong together, asked for once a minute."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from store.owners import owners_of_sites

KEPT = timedelta(minutes=1)


class OwnerShelf:
    """Keeps {site: owner}; a site that shares no admin with another is its own owner."""

    def __init__(self) -> None:
        self._owners: dict[str, str] = {}
        self._read_at: datetime | None = None

    def owners(self, tx: Connection, now: datetime) -> dict[str, str]:
        """Return {site id: owner's id} of sites whose owner has several."""
        if self._read_at is None or now - self._read_at >= KEPT:
            self._owners, self._read_at = owners_of_sites(tx), now
        return self._owners
