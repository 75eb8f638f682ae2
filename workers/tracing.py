"""Traces: one of each comment, from its POST to its webhooks, for those who collect them.

A trace that no caller began is found by what every process knows, the comment's id and revision,
from which its id is computed; the caller's own is kept in the comment's row. So a comment that
waited an hour for its worker is still one trace. Off, it costs a comparison.

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


class TracingUnavailable(Exception):
    """The packages for it are not installed."""


@dataclass(frozen=True)
class Subject:
    """A comment's revision, which one trace is about; `caller` as `read_traceparent` returns it."""

    comment_id: str
    revision: int
    caller: str | None = None

    def traceparent(self) -> str:
        """Return what lets others go on below our first span (W3C Trace Context)."""
        digest = hashlib.sha256(f"{self.comment_id}/{self.revision}".encode()).hexdigest()
        trace, span, flags = digest[:32], digest[32:48], "01"
        if self.caller is not None:
            _, trace, _, flags = self.caller.split("-")
        return f"00-{trace}-{span}-{flags}"


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


def read_traceparent(header: str) -> str | None:
    """Return a caller's `traceparent`, as version 00 writes it; None: no trace of his, or of ours.

    What is not as W3C Trace Context wants it counts as absent.
    """
    if not _tracers or not header:
        return None
    from workers.tracing_export import without_more  # noqa: PLC0415 - an extra

    return without_more(header)


def record_span(
    name: str,
    subject: Subject,
    seconds: float,
    attributes: Attributes,
    *,
    above: str | None = None,
    first: bool = False,
) -> None:
    """Record what took `seconds` until now, below the traceparent `above`.

    `first` is the span below which all others of the subject are told, unless they are told
    below a caller's. Nothing is recorded of a trace that its caller does not sample.
    """
    if not _tracers:
        return
    from workers.tracing_export import SpanKind, below  # noqa: PLC0415 - an extra

    ours = subject.traceparent()
    parent = above if first else above or ours
    _, trace, span, _ = ours.split("-")
    token = _first_ids.set((int(trace, 16), int(span, 16)) if first else None)
    ended = time.time_ns()
    try:
        _tracers[0].start_span(
            name,
            context=below(parent),
            kind=SpanKind.SERVER if first else SpanKind.INTERNAL,
            attributes={**attributes, "tactful.comment": subject.comment_id},
            start_time=ended - int(seconds * 1e9),
        ).end(ended)
    finally:
        _first_ids.reset(token)
