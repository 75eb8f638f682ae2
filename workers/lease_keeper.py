"""Keeping leases while the scorer is slow, so that short leases do not mean double work."""

import threading
from datetime import timedelta
from types import TracebackType
from typing import Self

import structlog

from store.claims import Claim, extend_lease, release
from store.database import Database, StoreUnavailable
from workers.clock import Clock
from workers.doorbell import JOB_TIMEOUT_SECONDS

LEASE = timedelta(seconds=8)  # a killed worker's comments are free again after this
RENEW_EVERY = timedelta(seconds=2)
HOLD_AT_MOST = timedelta(seconds=JOB_TIMEOUT_SECONDS)  # no job gets on for longer

log = structlog.get_logger()


class LeaseKeeper:
    """Renews the leases of the claims in hand; a context whose end stops its thread."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._lock = threading.Lock()
        self._held: dict[str, tuple[Claim, int]] = {}  # by token, with renewals left
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="lease-keeper", daemon=True)

    def __enter__(self) -> Self:
        """Start renewing."""
        self._thread.start()
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        """Stop; leases still held run out by themselves, as if this process had died of them.

        Where the database is at fault, and so none of the comments, they are given back.
        """
        self._closed.set()
        if isinstance(error, StoreUnavailable):
            for claim in self._due():
                self.give_back(claim)

    def hold(self, claim: Claim) -> None:
        """Renew this claim until it is let go, or was held for HOLD_AT_MOST."""
        with self._lock:
            self._held[claim.token] = (claim, HOLD_AT_MOST // RENEW_EVERY)

    def let_go(self, claim: Claim) -> None:
        """Stop renewing this claim."""
        with self._lock:
            self._held.pop(claim.token, None)

    def give_back(self, claim: Claim) -> None:
        """Let anybody claim this at once, and this claim count for nothing; never raises."""
        self.let_go(claim)
        ids = [item.id for item in claim.comments]
        try:
            self._database.write(lambda tx: release(tx, claim.token, ids))
        except StoreUnavailable:
            log.warning("claim_not_given_back", comments=len(ids))

    def _run(self) -> None:
        while not self._closed.wait(RENEW_EVERY.total_seconds()):
            for claim in self._due():
                self._renew(claim)

    def _due(self) -> list[Claim]:
        with self._lock:
            self._held = {
                token: (claim, left - 1) for token, (claim, left) in self._held.items() if left
            }
            return [claim for claim, _ in self._held.values()]

    def _renew(self, claim: Claim) -> None:
        ids = [item.id for item in claim.comments]
        until = self._clock() + LEASE
        try:
            self._database.write(lambda tx: extend_lease(tx, claim.token, ids, until))
        except StoreUnavailable:
            log.warning("lease_not_renewed", comments=len(ids))
