"""What tracing needs of OpenTelemetry, apart because its packages are an extra."""

from collections.abc import Callable

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import DEFAULT_ON
from opentelemetry.trace import SpanKind, Tracer, get_current_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

__all__ = ["SpanKind", "below", "make_tracer", "without_more"]

KNOWN_FLAGS = 0b11  # sampled, and that the id is random


def make_tracer(url: str, process: str, first_ids: Callable[[], tuple[int, int] | None]) -> Tracer:
    """Return a tracer that sends to an OTLP/HTTP collector, such as http://host:4318/v1/traces.

    The ids of a trace's first span are those that `first_ids` returns.
    """
    resource = Resource.create({"service.name": "tactful", "tactful.process": process})
    provider = TracerProvider(
        sampler=DEFAULT_ON, resource=resource, id_generator=_Ids(first_ids), shutdown_on_exit=True
    )
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(url)))
    return provider.get_tracer("tactful")


def below(traceparent: str | None) -> Context:
    """Return the context of what happens below a span; None, or what is none: of a new trace."""
    carrier = {"traceparent": traceparent} if traceparent else {}
    return TraceContextTextMapPropagator().extract(carrier, Context())


def without_more(traceparent: str) -> str | None:
    """Return a traceparent of any version as version 00 writes it; None of what is none."""
    given = get_current_span(below(traceparent)).get_span_context()
    if not given.is_valid:
        return None
    flags = given.trace_flags & KNOWN_FLAGS
    return f"00-{given.trace_id:032x}-{given.span_id:016x}-{flags:02x}"


class _Ids(RandomIdGenerator):
    def __init__(self, first_ids: Callable[[], tuple[int, int] | None]) -> None:
        self._first_ids = first_ids

    def generate_trace_id(self) -> int:
        given = self._first_ids()
        return given[0] if given else super().generate_trace_id()

    def generate_span_id(self) -> int:
        given = self._first_ids()
        return given[1] if given else super().generate_span_id()
