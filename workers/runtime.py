"""What a worker process works with, put together once by whoever starts it.

RQ calls a job by its name, so a job cannot be handed its dependencies: the process installs
them before it starts to work, and the job asks for them.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from redis import Redis

from store.database import Database
from store.sealing import Sealer
from workers.addresses import AllowList
from workers.clock import Clock, system_clock
from workers.doorbell import Doorbell
from workers.owners import OwnerShelf
from workers.pattern_time import PatternTime
from workers.policies import PolicyShelf
from workers.scorers.protocol import Scorer
from workers.spam.scoring import SpamShelf


@dataclass(frozen=True)
class ScoringRuntime:
    """What scoring needs. `half_life_days` is how fast decisions lose weight for reputations.

    `redis` is an impatient client. `times` are, by site id, what its patterns may take.
    """

    database: Database
    redis: Redis
    scorer: Scorer
    policies: PolicyShelf
    sealer: Sealer
    clock: Clock = system_clock
    spam: SpamShelf = field(default_factory=SpamShelf)
    owners: OwnerShelf = field(default_factory=OwnerShelf)
    half_life_days: float = 90
    times: Mapping[str, PatternTime] = field(default_factory=lambda: defaultdict(PatternTime))
    doorbell: Doorbell = field(init=False)  # one, for it pauses after a failure

    def __post_init__(self) -> None:
        object.__setattr__(self, "doorbell", Doorbell(self.redis))


@dataclass(frozen=True)
class DeliveryRuntime:
    """What delivery needs: an impatient `redis`; `allow`, private addresses that may be called."""

    database: Database
    redis: Redis
    sealer: Sealer
    allow: AllowList
    clock: Clock = system_clock


Runtime = ScoringRuntime | DeliveryRuntime

_installed: list[Runtime] = []


def install(runtime: Runtime) -> None:
    """Make `runtime` the one that this process's jobs get."""
    _installed[:] = [runtime]


def scoring_runtime() -> ScoringRuntime:
    """Return the installed runtime; raise RuntimeError in a process that does not score."""
    match _installed:
        case [ScoringRuntime() as runtime]:
            return runtime
    raise RuntimeError("this process was not started to score: `tactful worker --queue score`")


def delivery_runtime() -> DeliveryRuntime:
    """Return the installed runtime; raise RuntimeError in a process that does not deliver."""
    match _installed:
        case [DeliveryRuntime() as runtime]:
            return runtime
    raise RuntimeError("this process was not started to deliver: `tactful worker --queue deliver`")
