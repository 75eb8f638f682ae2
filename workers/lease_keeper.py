"""Keeping a lease while the scorer is slow, so that short leases do not mean double work."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog

from store.claims import Claim, extend_lease
from store.database import Database, StoreUnavailable
from workers.clock import Clock

LEASE = timedelta(seconds=8)  # a killed worker's comments are free again after this
RENEW_EVERY = timedelta(seconds=2)
HOLD_AT_MOST = timedelta(minutes=5)  # a scorer that hangs for ever loses its comments

log = structlog.get_logger()


@contextmanager
def keeping(database: Database, claim: Claim, clock: Clock) -> Iterator[None]:
    """Renew the lease of `claim` until the block ends or has taken HOLD_AT_MOST."""
    done = threading.Event()
    arguments = (database, claim, clock, done)
    keeper = threading.Thread(target=_keep, args=arguments, name="lease-keeper", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        done.set()


def _keep(database: Database, claim: Claim, clock: Clock, done: threading.Event) -> None:
    ids = [item.id for item in claim.comments]
    for _ in range(HOLD_AT_MOST // RENEW_EVERY):
        if done.wait(RENEW_EVERY.total_seconds()):
            return
        until = clock() + LEASE
        try:
            database.write(lambda tx: extend_lease(tx, claim.token, ids, until))  # noqa: B023
        except StoreUnavailable:
            log.warning("lease_not_renewed", comments=len(ids))
