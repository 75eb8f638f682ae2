"""The composition root of the web process, apart so that no other process imports Flask."""

from collections.abc import Callable

from service.compose import fast_redis, make_sealer, open_database, slow_redis
from service.context import ServiceContext
from service.http.analysis import Analyzer
from service.http.hub import Hub
from service.http.streams import Streams
from service.http.waiting import VerdictWaiter
from service.settings import Settings
from workers.doorbell import Doorbell


def make_context(
    settings: Settings, *, most_streams: int = 1, stopping: Callable[[], bool] = lambda: False
) -> ServiceContext:
    """Return what the web process needs; raise Fault. `stopping` is as `Streams` has it."""
    database = open_database(settings, group_commit=True)
    redis = fast_redis(settings)
    doorbell = Doorbell(redis)
    hub = Hub(slow_redis(settings))
    return ServiceContext(
        database=database,
        redis=redis,
        doorbell=doorbell,
        waiter=VerdictWaiter(database, hub),
        analyzer=Analyzer(redis, doorbell, hub),
        sealer=make_sealer(settings),
        allow=settings.allow_list(),
        max_body_bytes=settings.max_body_bytes,
        metrics_enabled=settings.metrics_addr is None,
        streams=Streams(hub, most_streams, stopping),
    )
