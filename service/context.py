"""The context: what a web process works with, put together once by whoever starts it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Protocol

from redis import Redis

from service.http.authentication import KeyRing
from service.http.backlog import Backlog
from service.http.long_waits import LongWaits
from service.http.provider import Provider
from service.http.rates import RateLimits
from service.http.streams import Streams
from store.database import Database
from store.kept_addresses import Keeping
from store.records import CommentRecord, Site
from store.sealing import Sealer
from workers.addresses import AllowList
from workers.analysis import Scored
from workers.clock import system_clock
from workers.doorbell import Doorbell
from workers.resolving import Resolver, system_resolver

MAX_BODY_BYTES = 65_536


class Waiter(Protocol):
    """Waits for a verdict: `service.http.waiting.VerdictWaiter`, or a test's own."""

    def wait(
        self, site_id: str, comment_id: str, revision: int, seconds: float
    ) -> CommentRecord | None:
        """Return the judged comment, or None when the time is over."""
        ...


class Scoring(Protocol):
    """Has a text scored without storing it: `service.http.analysis.Analyzer`, or a test's own."""

    def analyze(self, site_id: str, text: str, lang: str | None, seconds: float) -> Scored:
        """Return what the text scores; raise as `service.http.analysis` says."""
        ...

    def analyze_all(
        self, site_id: str, texts: Sequence[str], lang: str | None, seconds: float
    ) -> list[Scored]:
        """Return what each text scores; raise as `service.http.analysis` says."""
        ...


@dataclass(frozen=True)
class ServiceContext:
    """What the web process needs. `redis` is an impatient client.

    `max_body_bytes` is the limit of one comment's text in UTF-8, `max_pending` of the comments
    that wait for a verdict (0: none). `metrics_enabled` says whether
    the public listener answers `/metrics`. Without `limits`, nobody is held back; without `streams`
    no answer stays open, and pages ask now and then; without a `provider` there is no single
    sign-on.
    """

    database: Database
    redis: Redis
    doorbell: Doorbell
    waiter: Waiter
    analyzer: Scoring
    sealer: Sealer
    allow: AllowList = field(default_factory=AllowList)
    clock: Callable[[], datetime] = system_clock
    max_body_bytes: int = MAX_BODY_BYTES
    metrics_enabled: bool = True
    limits: RateLimits | None = None
    max_pending: int = 0
    resolver: Resolver = system_resolver
    streams: Streams | None = None
    provider: Provider | None = None
    long_waits: LongWaits = field(default_factory=LongWaits)

    def keeping(self, site: Site) -> Keeping:
        """Return how the addresses in comments of this site are kept."""
        return Keeping(self.sealer, originals=site.keep_addresses)

    @cached_property
    def backlog(self) -> Backlog:
        """Return what refuses comments while too many wait."""
        return Backlog(self.database, self.max_pending)

    @cached_property
    def keys(self) -> KeyRing:
        """Return what finds the site of a key."""
        return KeyRing(self.database, limits=self.limits)

    @property
    def max_request_bytes(self) -> int:
        """The limit of a whole request: a JSON escape takes six bytes for a character of one."""
        return 6 * self.max_body_bytes + 65_536
