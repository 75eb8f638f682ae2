"""The composition root of the web process, apart so that no other process imports Flask."""

from collections.abc import Callable

from service.compose import fast_redis, open_database, slow_redis
from service.context import ServiceContext
from service.http.analysis import Analyzer
from service.http.hub import Hub
from service.http.long_waits import LongWaits
from service.http.provider import Provider, ProviderSettings
from service.http.rates import RateLimits
from service.http.streams import Streams
from service.http.waiting import VerdictWaiter
from service.secret_key import make_sealer
from service.settings import Settings
from workers.doorbell import Doorbell

ANSWER_SECONDS = 15.0  # of the database: a liveness probe gives a process up after a minute


def make_context(
    settings: Settings,
    *,
    most_streams: int = 1,
    most_waiting: int = 1,
    stopping: Callable[[], bool] = lambda: False,
) -> ServiceContext:
    """Return what the web process needs; raise Fault. `stopping` is as `Streams` has it."""
    database = open_database(settings, group_commit=True, answer_within=ANSWER_SECONDS)
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
        streams=Streams(hub, most_streams, stopping),
        long_waits=LongWaits(most_waiting),
        provider=make_provider(settings),
    )


def make_provider(settings: Settings) -> Provider | None:
    """Return the provider of single sign-on, if one is set."""
    secret = settings.oidc_client_secret
    if settings.oidc_issuer is None or settings.oidc_client_id is None or secret is None:
        return None
    domains = frozenset(filter(None, settings.oidc_domains.lower().replace(",", " ").split()))
    from service.http.openid import OpenIdProvider  # noqa: PLC0415 - few have one

    return OpenIdProvider(
        ProviderSettings(
            issuer=settings.oidc_issuer,
            client_id=settings.oidc_client_id,
            client_secret=secret.get_secret_value(),
            name=settings.oidc_name,
            join=settings.oidc_join,
            domains=domains,
        )
    )
