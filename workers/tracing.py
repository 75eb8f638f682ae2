"""Traces: one of each comment, from its POST to its webhooks, for those who collect them.

A trace is found by what every process knows, the comment's id and revision, from which its id is
computed. So nothing has to be carried along in rows or queues, and a comment that waited an hour
for its worker is still one trace. Off, it costs a comparison.

Spans carry ids and words of ours; never what somebody wrote.
"""

import hashlib
import time
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

Attributes = Mapping[str, str | int | float | bool]
SAMPLED = 1


class TracingUnavailable(Exception):
    """The packages for it are not installed."""


@dataclass(frozen=True)
class Subject:
    """A comment's revision, which one trace is about."""

    comment_id: str
    revision: int

    def ids(self) -> tuple[int, int]:
        """Return the trace's id (128 bits) and its first span's (64 bits)."""
        digest = hashlib.sha256(f"{self.comment_id}/{self.revision}".encode()).digest()
        return int.from_bytes(digest[:16]) or 1, int.from_bytes(digest[16:24]) or 1

    def traceparent(self) -> str:
        """Return the header that lets a receiver go on with the trace (W3C Trace Context)."""
        trace, span = self.ids()
        return f"00-{trace:032x}-{span:016x}-01"


_tracers: list["Tracer"] = []
_first_ids: ContextVar[tuple[int, int] | None] = ContextVar("first_ids", default=None)


def start_tracing(url: str, process: str) -> None:
    """Send the spans of this process to an OTLP/HTTP collector; raise TracingUnavailable.

    It starts a thread, so call it after any fork. What is left is sent when the process ends.
    """
    try:
        from workers.tracing_export import make_tracer  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise TracingUnavailable from error
    _tracers[:] = [make_tracer(url, process, _first_ids.get)]


def is_tracing() -> bool:
    """Whether spans are sent; for what is not worth computing otherwise."""
    return bool(_tracers)


def record_span(
    name: str, subject: Subject, seconds: float, attributes: Attributes, *, first: bool = False
) -> None:
    """Record what took `seconds` until now; `first` is what all others are told below."""
    if not _tracers:
        return
    from opentelemetry.trace import (  # noqa: PLC0415 - an extra
        NonRecordingSpan,
        SpanContext,
        SpanKind,
        TraceFlags,
        set_span_in_context,
    )

    trace, span = subject.ids()
    above = SpanContext(trace, span, is_remote=True, trace_flags=TraceFlags(SAMPLED))
    token = _first_ids.set((trace, span) if first else None)
    ended = time.time_ns()
    try:
        _tracers[0].start_span(
            name,
            context=None if first else set_span_in_context(NonRecordingSpan(above)),
            kind=SpanKind.SERVER if first else SpanKind.INTERNAL,
            attributes={**attributes, "tactful.comment": subject.comment_id},
            start_time=ended - int(seconds * 1e9),
        ).end(ended)
    finally:
        _first_ids.reset(token)
