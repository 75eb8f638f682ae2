"""Redis clients with explicit time-outs.

redis-py's defaults stall a request for 4 seconds when Redis is down, and `from_url` waits for
ever for a server that is silent. Nothing here may do either.
"""

from redis import Redis, ResponseError
from redis.backoff import NoBackoff
from redis.retry import Retry

PROBE_KEY = "tactful:probe"
BLOCKING_SECONDS = 5.0  # the longest that a blocking command may wait


def impatient_client(url: str) -> Redis:
    """Return a client for code that somebody waits for: fails at once, never tries again."""
    return Redis.from_url(
        url, socket_timeout=0.5, socket_connect_timeout=0.25, retry=Retry(NoBackoff(), 0)
    )


def patient_client(url: str) -> Redis:
    """Return a client for subscribers and workers, which read for as long as RQ blocks."""
    # A unix socket's connection does not know the option; its peer cannot vanish silently.
    keepalive = {} if url.startswith("unix:") else {"socket_keepalive": True}
    return Redis.from_url(
        url,
        socket_timeout=None,  # RQ sets the time-out of its blocking reads itself
        socket_connect_timeout=2.0,
        health_check_interval=15,
        retry=Retry(NoBackoff(), 0),
        **keepalive,
    )


def refusal_of_writes(redis: Redis) -> str | None:
    """Return why Redis takes no writes (it is full, or a replica), else None; raise RedisError.

    Such a one answers PING and INFO as if all were well.
    """
    try:
        redis.set(PROBE_KEY, "1", ex=5)
    except ResponseError as error:
        return str(error)
    return None
