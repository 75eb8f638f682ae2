"""The delivery loop: take what is due, send many at once, write down what came of it."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from store.attempts import Attempt, record_attempts
from store.database import StoreUnavailable
from store.delivery_claims import ClaimedDelivery, DeliveryClaim, Room, claim_due, extend_leases
from workers.outgoing import Caller
from workers.pulse import beat
from workers.runtime import DeliveryRuntime
from workers.sending import Sender, send
from workers.windows import Windows

MOST_IN_FLIGHT = 128  # threads; nearly all of their time is waiting
MOST_DOUBTFUL = 64  # of them, for endpoints that may hang: the others never wait for those
LEASE = timedelta(seconds=5)  # a killed deliverer's deliveries are free again after this
RENEW_SECONDS = 1.25
LOOK_AGAIN_SECONDS = 0.2  # for what became due while slow requests are in flight
RUN_SECONDS = 480.0  # then the job ends, before RQ ends it
PATIENCE_SECONDS = 30.0  # with a database that is away, before what was sent is forgotten

log = structlog.get_logger()


def deliver_due(runtime: DeliveryRuntime, stop: threading.Event | None = None) -> int:
    """Send until nothing is due; return how many attempts were made.

    Once `stop` is set nothing new is begun; it is set here when the job has run for long.
    Raises StoreUnavailable; what was not written down is sent again when its lease ran out.
    """
    sender = Sender(Caller(runtime.allow), runtime.sealer, runtime.clock)
    return Deliverer(runtime, sender, stop or threading.Event()).run()


class Deliverer:
    """One run of the loop: what is in flight, and how much each endpoint may have of it."""

    def __init__(self, runtime: DeliveryRuntime, sender: Sender, stop: threading.Event) -> None:
        self._database = runtime.database
        self._clock = runtime.clock
        self._sender = sender
        self._stop = stop
        self._windows = Windows()
        self._in_flight: dict[Future[Attempt], ClaimedDelivery] = {}
        self._renewed_at = self._clock(), time.monotonic()
        self._ends_at = time.monotonic() + RUN_SECONDS
        self._made = 0

    def run(self) -> int:
        """Send until nothing is due; return how many attempts were made."""
        pool = ThreadPoolExecutor(MOST_IN_FLIGHT, thread_name_prefix="sending")
        try:
            while self._round(pool):
                pass
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
        return self._made

    def _round(self, pool: ThreadPoolExecutor) -> bool:
        """Write down what has ended, claim, send; return whether there is more to do."""
        beat()
        finished = self._finished()
        claim = self._record_and_claim(finished)
        for delivery in claim.deliveries:
            self._in_flight[pool.submit(send, self._sender, delivery)] = delivery
        if self._in_flight:
            wait(self._in_flight, LOOK_AGAIN_SECONDS, FIRST_COMPLETED)
        return bool(self._in_flight or claim.found)

    def _room(self) -> Room:
        doubtful = sum(item.doubtful for item in self._in_flight.values())
        return Room(
            limit=0 if self._stop.is_set() else MOST_IN_FLIGHT - len(self._in_flight),
            doubtful=MOST_DOUBTFUL - doubtful,
            allowance=self._windows.allowance,
            slow=self._windows.slow,
        )

    def _finished(self) -> list[Attempt]:
        ended = [future for future in self._in_flight if future.done()]
        attempts = [future.result() for future in ended]
        for future in ended:
            del self._in_flight[future]
        for attempt in attempts:
            delivered = attempt.state == "delivered"
            self._windows.note(attempt.webhook_id, delivered=delivered, took=attempt.duration)
        self._made += len(attempts)
        return attempts

    def _record_and_claim(self, finished: Sequence[Attempt]) -> DeliveryClaim:
        gives_up_at = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return self._transact(finished)
            except StoreUnavailable:
                if not (finished or self._in_flight) or time.monotonic() > gives_up_at:
                    raise
                log.warning("attempts_not_recorded_yet", attempts=len(finished))
                time.sleep(LOOK_AGAIN_SECONDS)

    def _transact(self, finished: Sequence[Attempt]) -> DeliveryClaim:
        """Do one round's reading and writing in one transaction: one commit, not three."""
        now, began = self._clock(), time.monotonic()
        held = {item.id: item.token for item in self._in_flight.values()}
        renews = bool(held) and self._must_renew(now, began)
        if began >= self._ends_at:
            self._stop.set()
        room = self._room()

        def work(tx: Connection) -> DeliveryClaim:
            if finished:
                record_attempts(tx, finished, now)
            if renews:
                extend_leases(tx, held, now + LEASE)
            if not room.limit:
                return DeliveryClaim((), 0)
            return claim_due(tx, now, room=room, lease=LEASE)

        claim = self._database.write(work)
        if renews or not held:
            self._renewed_at = now, began
        return claim

    def _must_renew(self, now: datetime, began: float) -> bool:
        """Whether leases are old, or end at another time than it seems as the clock was set."""
        then, started = self._renewed_at
        return max(began - started, abs(now - then).total_seconds()) >= RENEW_SECONDS
