"""Waiting for a verdict: a signal when Redis works, a look at the row now and then in any case."""

import time

from service.http.hub import Hub
from store.comments import get_comment
from store.database import Database
from store.records import CommentRecord

LOOK_EVERY = 1.0  # seconds, while signals arrive
LOOK_WITHOUT_SIGNALS_EVERY = 0.1


class VerdictWaiter:
    """Waits for verdicts for the threads of one web process."""

    def __init__(self, database: Database, hub: Hub) -> None:
        self._database = database
        self._hub = hub

    def wait(
        self, site_id: str, comment_id: str, revision: int, seconds: float
    ) -> CommentRecord | None:
        """Return the comment once that revision (or a later one) has a verdict, else None.

        Call it after the comment was stored and the doorbell was rung. Raises StoreUnavailable.
        """
        deadline = time.monotonic() + seconds
        with self._hub.ticket(comment_id) as ticket:
            while True:
                # The row is read after the ticket was drawn, so no signal falls between.
                record = self._judged(site_id, comment_id, revision)
                remaining = deadline - time.monotonic()
                if record is not None or remaining <= 0:
                    return record
                pause = LOOK_EVERY if self._hub.listens() else LOOK_WITHOUT_SIGNALS_EVERY
                ticket.wait(min(pause, remaining))

    def _judged(self, site_id: str, comment_id: str, revision: int) -> CommentRecord | None:
        with self._database.read() as tx:
            record = get_comment(tx, site_id, comment_id)
        if record is None or record.revision < revision or record.status == "pending":
            return None
        return record
