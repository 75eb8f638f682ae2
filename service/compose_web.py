"""The composition root of the web process, apart so that no other process imports Flask."""

from service.compose import fast_redis, make_sealer, open_database, slow_redis
from service.context import ServiceContext
from service.http.analysis import Analyzer
from service.http.hub import Hub
from service.http.rates import RateLimits
from service.http.waiting import VerdictWaiter
from service.settings import Settings
from workers.doorbell import Doorbell


def make_context(settings: Settings) -> ServiceContext:
    """Return what the web process needs; raise Fault."""
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
        max_pending=settings.max_pending,
        limits=RateLimits(
            redis, site=settings.rate_limit_site, address=settings.rate_limit_address
        ),
    )
