"""The composition root: from settings to what each process but the web works with.

Each imports what it works with alone: they start sooner, and in less memory.
"""

from typing import TYPE_CHECKING

from redis import Redis

from service.faults import Fault
from service.secret_key import make_sealer
from service.settings import Settings
from store.database import Database
from workers.collector import spare_long_lived_objects
from workers.redis_clients import impatient_client, patient_client
from workers.tracing import TracingUnavailable, start_tracing

if TYPE_CHECKING:
    from workers.cron import Cron
    from workers.rings import QueueName
    from workers.runtime import Runtime
    from workers.scorers.protocol import Scorer

ANSWER_SECONDS = 60.0  # of the database: less than the two minutes of a pulse


def open_database(
    settings: Settings, *, group_commit: bool = False, answer_within: float = ANSWER_SECONDS
) -> Database:
    """Return the database of a process that serves; raise Fault when no setting names it."""
    url = required(settings.database_url, "database_url")
    return Database(url, group_commit=group_commit, answer_within=answer_within)


def make_runtime(settings: Settings, queue: "QueueName") -> "Runtime":
    """Return what a worker of that queue needs; raise Fault. Loads the scorer."""
    from workers.policies import PolicyShelf  # noqa: PLC0415 - see above
    from workers.runtime import DeliveryRuntime, ScoringRuntime  # noqa: PLC0415

    sealer = make_sealer(settings)
    database = open_database(settings)
    redis = fast_redis(settings)
    if queue == "score":
        scorer = make_scorer(settings)
        half_life = settings.reputation_half_life_days
        policies = PolicyShelf(spare_long_lived_objects)
        return ScoringRuntime(database, redis, scorer, policies, sealer, half_life_days=half_life)
    return DeliveryRuntime(database, redis, sealer, settings.allow_list())


def make_cron(settings: Settings) -> "Cron":
    """Return the periodic jobs; raise Fault."""
    from workers.cron import Cron  # noqa: PLC0415 - see above

    return Cron(open_database(settings), fast_redis(settings))


def make_scorer(settings: Settings) -> "Scorer":
    """Return the scorer in use; raise Fault that says what is missing."""
    from workers.scorers.load import load_scorer  # noqa: PLC0415 - see above
    from workers.scorers.protocol import ScorerUnavailable  # noqa: PLC0415

    try:
        return load_scorer(settings.scorer)
    except ScorerUnavailable as error:
        raise Fault(f"TACTFUL_SCORER: {error}") from error


def start_traces(settings: Settings, process: str) -> None:
    """Begin to send traces, where a setting says where to; raise Fault."""
    if settings.traces_url is None:
        return
    try:
        start_tracing(settings.traces_url, process)
    except TracingUnavailable as error:
        raise Fault("TACTFUL_TRACES_URL needs `pip install 'tactful[otel]'`") from error


def fast_redis(settings: Settings) -> Redis:
    """Return an impatient client; raise Fault when no setting names a Redis."""
    return impatient_client(required(settings.redis_url, "redis_url"))


def slow_redis(settings: Settings) -> Redis:
    """Return a patient client; raise Fault when no setting names a Redis."""
    return patient_client(required(settings.redis_url, "redis_url"))


def required(value: str | None, name: str) -> str:
    """Return a setting's value; raise Fault when it is not set."""
    if value is None:
        raise Fault(f"TACTFUL_{name.upper()} is not set (only `tactful up` can do without)")
    return value
