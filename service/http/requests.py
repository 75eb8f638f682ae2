"""Around every request: its id, its line in the log, its time in the metrics, its headers.

What it found out about texts is forgotten with it.
"""

import re
import time
from http import HTTPStatus

import structlog
from flask import Flask, Response, g, request

from rules.remembering import forget_texts
from service.http.sessions import over_tls
from service.metrics import REQUEST_SECONDS
from store.ids import new_id
from store.records import Origin
from workers.tracing import Subject, read_traceparent, record_span

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"})
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cache-Control": "no-store",
}
_OVER_TLS = {"Strict-Transport-Security": "max-age=31536000"}  # a browser ignores it otherwise
_QUIET = frozenset({"/healthz", "/readyz", "/metrics"})  # asked every few seconds, by machines

log = structlog.get_logger()


def note_comment(subject: Subject, *, taken_in: bool = False) -> None:
    """Say which comment this request is about, for its line in the log and its trace.

    `taken_in` says that our part of the trace of this comment begins here.
    """
    g.subject, g.taken_in = subject, taken_in


def origin() -> Origin:
    """Return this request as what brings a comment; its trace only where traces are collected."""
    given = request.headers.get("traceparent", "")
    return Origin(request_id=g.request_id, traceparent=read_traceparent(given))


def watch_requests(app: Flask) -> None:
    """Have every request of the app identified, logged, timed, and its answer protected."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.started = time.monotonic()
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if _REQUEST_ID.fullmatch(given) else new_id("req")
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _end(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.request_id
    headers = _HEADERS | _OVER_TLS if over_tls() else _HEADERS
    for name, value in headers.items():
        response.headers.setdefault(name, value)
    _record(response)
    forget_texts()
    return response


def _record(response: Response) -> None:
    """Note the request, by its route's template: paths and queries hold what callers wrote."""
    route = request.url_rule.rule if request.url_rule else "unmatched"
    method = request.method if request.method in _METHODS else "other"
    seconds = time.monotonic() - g.started
    REQUEST_SECONDS.labels(method, route, str(response.status_code)).observe(seconds)
    if route in _QUIET and response.status_code < HTTPStatus.BAD_REQUEST:
        return
    subject: Subject | None = g.get("subject")
    if subject is not None:
        told = {"http.request.method": method, "http.route": route}
        told |= {"tactful.request": g.request_id}
        above = origin().traceparent
        name = f"{method} {route}"
        record_span(name, subject, seconds, told, above=above, first=g.taken_in)
    known = {"site": g.get("site_id"), "comment": subject and subject.comment_id}
    known |= {"reason": g.get("reason")}
    log.info(
        "request",
        method=method,
        route=route,
        status=response.status_code,
        duration_ms=round(seconds * 1000, 1),
        **{name: value for name, value in known.items() if value is not None},
    )
