"""A collector of traces: a real OTLP/HTTP server that keeps the spans it was sent."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

Told = tuple[str, Span]  # by which process


@contextmanager
def running_collector() -> Iterator[tuple[str, list[Told]]]:
    """Give the URL of an OTLP/HTTP collector, and what it got: (process, span)."""
    spans: list[Told] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                named = {a.key: a.value.string_value for a in resource.resource.attributes}
                for scope in resource.scope_spans:
                    spans.extend((named["tactful.process"], span) for span in scope.spans)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1/traces", spans
    finally:
        server.shutdown()
        server.server_close()


def spans_of(spans: Sequence[Told], comment: str) -> list[Told]:
    """Return what was told about a comment, in the order in which it arrived."""

    def about(span: Span) -> bool:
        told = {a.key: a.value.string_value for a in span.attributes}
        return bool(told["tactful.comment"] == comment)

    return [(process, span) for process, span in list(spans) if about(span)]
