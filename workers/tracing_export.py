"""What tracing needs of OpenTelemetry, apart because its packages are an extra."""

from collections.abc import Callable

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from opentelemetry.trace import Tracer


def make_tracer(url: str, process: str, first_ids: Callable[[], tuple[int, int] | None]) -> Tracer:
    """Return a tracer that sends to an OTLP/HTTP collector, such as http://host:4318/v1/traces.

    The ids of a trace's first span are those that `first_ids` returns.
    """
    resource = Resource.create({"service.name": "tactful", "tactful.process": process})
    provider = TracerProvider(
        sampler=ALWAYS_ON, resource=resource, id_generator=_Ids(first_ids), shutdown_on_exit=True
    )
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(url)))
    return provider.get_tracer("tactful")


class _Ids(RandomIdGenerator):
    def __init__(self, first_ids: Callable[[], tuple[int, int] | None]) -> None:
        self._first_ids = first_ids

    def generate_trace_id(self) -> int:
        given = self._first_ids()
        return given[0] if given else super().generate_trace_id()

    def generate_span_id(self) -> int:
        given = self._first_ids()
        return given[1] if given else super().generate_span_id()
