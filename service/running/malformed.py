"""Malformed HTTP: its sender's fault, answered and logged as all requests are, without quoting it.

gunicorn's own answer and log line repeat what was sent: addresses, query strings, keys.
"""

import contextlib
import json
import socket
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

import structlog
from gunicorn import util
from gunicorn.http import Request
from gunicorn.http.errors import (
    ExpectationFailed,
    InvalidHeader,
    LimitRequestHeaders,
    LimitRequestLine,
    ParseException,
    UnsupportedTransferCoding,
)
from gunicorn.workers.gthread import ThreadWorker

from service.http.proxies import Environ, Wsgi
from store.ids import new_id
from workers.faults import told


class TooSlow(Exception):
    """A request did not arrive in time."""


class NoRoom(Exception):
    """Too much is gathered of requests that are not whole."""


_STATUSES: dict[type[Exception], HTTPStatus] = {
    TooSlow: HTTPStatus.REQUEST_TIMEOUT,
    NoRoom: HTTPStatus.SERVICE_UNAVAILABLE,
    ExpectationFailed: HTTPStatus.EXPECTATION_FAILED,
    LimitRequestHeaders: HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    LimitRequestLine: HTTPStatus.REQUEST_URI_TOO_LONG,
    UnsupportedTransferCoding: HTTPStatus.NOT_IMPLEMENTED,
    ParseException: HTTPStatus.BAD_REQUEST,
}

log = structlog.get_logger()


class Worker(ThreadWorker):
    """gunicorn's threads; what they cannot make a request of, or fail at, is a problem+json."""

    def handle_error(
        self, req: Request | None, client: socket.socket, addr: object, exc: BaseException
    ) -> None:
        """Log and answer a fault outside the app."""
        del req, addr
        request_id = new_id("req")
        status = next(
            (one for kind, one in _STATUSES.items() if isinstance(exc, kind)),
            HTTPStatus.INTERNAL_SERVER_ERROR,
        )
        if status == HTTPStatus.INTERNAL_SERVER_ERROR:
            log.error("request_failed", request_id=request_id, **told(exc))
        else:
            kind = type(exc).__name__
            log.warning(
                "request_unreadable", request_id=request_id, reason=kind, status=int(status)
            )
        with contextlib.suppress(OSError):  # nobody listens any more
            util.write_nonblock(client, _problem(status, request_id, _detail(exc, status)))


def refuse_broken_bodies(app: Wsgi) -> Wsgi:
    """Return a WSGI app to which a malformed body is one that broke off: a 400, not a fault."""

    def guarded(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ["wsgi.input"] = _Body(environ["wsgi.input"])
        return app(environ, start_response)

    return guarded


class _Body:
    """A body of which werkzeug's LimitedStream reads: nothing else asks for it."""

    def __init__(self, body: Any) -> None:  # noqa: ANN401 - gunicorn's own type has no stub
        self._body = body

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes; raise OSError, which werkzeug answers with 400."""
        try:
            data: bytes = self._body.read(size)
        except ParseException as error:
            raise OSError(type(error).__name__) from None
        return data


def _detail(exc: BaseException, status: HTTPStatus) -> str:
    if isinstance(exc, InvalidHeader):
        return "A header is malformed, or one that may be sent once is there twice."
    return status.description or status.phrase


def _problem(status: HTTPStatus, request_id: str, detail: str) -> bytes:
    """Return the whole answer. By hand, because the arbiter imports this, and is kept small."""
    title = status.phrase
    body = json.dumps({"type": "about:blank", "title": title, "status": status, "detail": detail})
    head = [
        f"HTTP/1.1 {status} {title}",
        "Connection: close",
        "Content-Type: application/problem+json",
        f"Content-Length: {len(body)}",
        "Cache-Control: no-store",
        "X-Content-Type-Options: nosniff",
        f"X-Request-Id: {request_id}",
    ]
    return "\r\n".join([*head, "", body]).encode()
