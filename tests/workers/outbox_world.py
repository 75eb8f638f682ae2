"""A site with webhooks, events for them, and a clock that a test moves."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from redis import Redis
from sqlalchemy import Connection, select

from rules.comment import Comment
from store.claims import claim_pending
from store.comments import LONG_AGO, list_comments, submit_comment
from store.database import Database
from store.decisions import Decision, decide
from store.deliveries import get_delivery, list_deliveries
from store.holds import hold_back
from store.notices import publish_ping
from store.outbox import EventType
from store.records import DecisionWord, Site
from store.rescoring import replace_verdicts, scored_since
from store.sealing import Sealer
from store.tables import deliveries
from store.verdicts import record_verdicts
from store.webhook_records import DeliveryRecord, Webhook
from store.webhooks import create_webhook, get_webhook
from tests.make import KEEPING, make_verdict
from workers.addresses import AllowList
from workers.delivery import Deliverer
from workers.outgoing import Caller
from workers.runtime import DeliveryRuntime
from workers.sending import Sender
from workers.signing import new_secret

ALL: tuple[EventType, ...] = (
    "comment.verdict",
    "comment.decided",
    "comment.erased",
    "webhook.disabled",
)


@dataclass
class MovedClock:
    """Starts at the real time, as verifiers compare with theirs; then only a test moves it."""

    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        return self.now

    def move(self, step: timedelta) -> None:
        self.now += step


@dataclass
class World:
    """What delivery tests work in."""

    database: Database
    site: Site
    clock: MovedClock = field(default_factory=MovedClock)
    sealer: Sealer = field(default_factory=lambda: Sealer("test"))
    secrets: dict[str, str] = field(default_factory=dict)

    def add_webhook(self, url: str, events: Sequence[EventType] = ALL) -> str:
        secret = new_secret()
        sealed = self.sealer.seal(secret)
        webhook = self.database.write(
            lambda tx: create_webhook(tx, self.site.id, url, events, sealed, self.clock())
        )
        self.secrets[webhook.id] = secret
        return webhook.id

    def ping(self, webhook_id: str) -> str:
        return self.database.write(
            lambda tx: publish_ping(tx, self.site.id, webhook_id, self.clock())
        )

    def submit(self, body: str, external_id: str = "1") -> str:
        comment = Comment(body=body, external_id=external_id)
        now = self.clock()
        return self.database.write(
            lambda tx: submit_comment(tx, self.site.id, comment, now, KEEPING)
        ).id

    def judge(self) -> None:
        """Give every pending comment a verdict, with its event."""
        now, lease = self.clock(), timedelta(seconds=8)
        claim = self.database.write(lambda tx: claim_pending(tx, now, limit=1000, lease=lease))
        judged = [(item, make_verdict()) for item in claim.comments]
        self.database.write(lambda tx: record_verdicts(tx, claim, judged, now))

    def rejudge(self) -> None:
        """Give every comment that nobody decided another verdict, with its event."""
        now = self.clock()

        def work(tx: Connection) -> None:
            found = scored_since(tx, LONG_AGO, site_id=None, after="", limit=1000)
            verdict = make_verdict("reject", scored_at=now)
            assert replace_verdicts(tx, [(item, verdict) for item in found], now)

        self.database.write(work)

    def decide(self, word: DecisionWord, *, held: timedelta | None = None) -> None:
        """Decide about the newest comment; what tells of it leaves at once, or is held."""
        now = self.clock()

        def work(tx: Connection) -> None:
            [newest] = list_comments(tx, self.site.id, limit=1)
            said = Decision(word, "moderator", "ann@blog.example")
            assert decide(tx, self.site.id, newest.id, said, now)
            if held:
                hold_back(tx, [newest.id], now, now + held)

        self.database.write(work)

    def deliver(self, *, seconds: float = 5.0, stop: threading.Event | None = None) -> int:
        allow = AllowList.parse("127.0.0.0/8")
        runtime = DeliveryRuntime(self.database, Redis(), self.sealer, allow, self.clock)
        caller = Caller(allow, timeout_seconds=seconds)
        sender = Sender(caller, self.sealer, self.clock, jitter=lambda: 0.5)
        return Deliverer(runtime, sender, stop or threading.Event()).run()

    def delivery(self, delivery_id: str) -> DeliveryRecord:
        with self.database.read() as tx:
            found = get_delivery(tx, self.site.id, delivery_id)
        assert found is not None
        return found

    def deliveries(self) -> list[DeliveryRecord]:
        """Return all deliveries, oldest first."""
        with self.database.read() as tx:
            return list_deliveries(tx, self.site.id, limit=10_000)[::-1]

    def webhook(self, webhook_id: str) -> Webhook:
        with self.database.read() as tx:
            found = get_webhook(tx, self.site.id, webhook_id)
        assert found is not None
        return found

    def held(self) -> int:
        with self.database.read() as tx:
            query = select(deliveries.c.id).where(deliveries.c.lease_token.is_not(None))
            return len(tx.execute(query).all())
