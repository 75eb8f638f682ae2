"""Operations pages: alive, ready, and the numbers, for machines that look after this one."""

from collections.abc import Iterator

from flask import Blueprint, Response, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from pydantic import BaseModel
from redis import RedisError

from service.context import ServiceContext
from service.gauges import Backlogs
from service.http.calls import current_context
from service.http.problems import Refused
from service.http.replies import JSON
from service.running.metrics_server import counted
from store.database import StoreUnavailable
from store.migrate import is_current
from workers.redis_clients import refusal_of_writes

ops = Blueprint("ops", __name__)


class Ready(BaseModel):
    """Whether all that a verdict needs is there; `missing` says what is not, and what to do."""

    ready: bool
    missing: dict[str, str]


@ops.get("/healthz")
def healthz() -> Response:
    """Answer that this process is alive."""
    return Response("ok\n", content_type="text/plain; charset=utf-8")


@ops.get("/readyz")
def readyz() -> Response:
    """Answer 200 when this process can take comments and have them judged, else 503.

    `?exclude=redis`, as in Kubernetes' own API, for whoever would take all web processes out of
    service at once: without Redis comments are still taken in and judged.
    """
    excluded = set(request.args.getlist("exclude"))
    missing = {n: why for n, why in _missing(current_context()) if n not in excluded}
    ready = Ready(ready=not missing, missing=missing)
    return Response(ready.model_dump_json(), 503 if missing else 200, content_type=JSON)


@ops.get("/metrics")
def metrics() -> Response:
    """Answer the metrics of all processes of this machine, where the operator lets us."""
    context = current_context()
    if not context.metrics_enabled:
        raise Refused("not-found")
    return Response(metrics_page(context), content_type=CONTENT_TYPE_LATEST)


def metrics_page(context: ServiceContext) -> bytes:
    """Return all metrics as Prometheus reads them."""
    waiting = CollectorRegistry()
    waiting.register(Backlogs(context))
    return counted() + generate_latest(waiting)


def _missing(context: ServiceContext) -> Iterator[tuple[str, str]]:
    try:
        with context.database.read() as tx:
            if not is_current(tx):
                yield "migrations", "the schema is not this version's: run `tactful db upgrade`"
        if not context.database.takes_writes():
            yield "database", "the database takes no writes: it is a standby, or set to read only"
    except StoreUnavailable:
        yield "database", "the database does not answer"
    try:
        if why := refusal_of_writes(context.redis):
            yield "redis", f"Redis takes no writes ({why})"
    except RedisError:
        yield "redis", "Redis does not answer; comments are judged, texts to analyse are not"
