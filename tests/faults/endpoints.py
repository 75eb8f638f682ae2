"""Webhook endpoints of a site, which can be made to misbehave and remember what they took."""

import contextlib
import json
import ssl
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Told = tuple[str, int]  # a comment's id and revision
Behaviour = Callable[["Endpoint", BaseHTTPRequestHandler], bool]  # whether it said 2xx


def take(_endpoint: "Endpoint", handler: BaseHTTPRequestHandler) -> bool:
    """Answer 204: all is well."""
    handler.send_response(204)
    handler.end_headers()
    return True


def refuse(_endpoint: "Endpoint", handler: BaseHTTPRequestHandler) -> bool:
    handler.send_response(500)
    handler.send_header("Content-Length", "0")
    handler.end_headers()
    return False


def hang(endpoint: "Endpoint", handler: BaseHTTPRequestHandler) -> bool:
    """Say nothing until the endpoint behaves otherwise, and close then."""
    while endpoint.behaviour is hang:
        time.sleep(0.05)
    handler.close_connection = True
    return False


def close_early(_endpoint: "Endpoint", handler: BaseHTTPRequestHandler) -> bool:
    handler.wfile.write(b"HTTP/1.1 2")
    handler.close_connection = True
    return False


def take_slowly(_endpoint: "Endpoint", handler: BaseHTTPRequestHandler) -> bool:
    time.sleep(0.3)
    return take(_endpoint, handler)


def flood(_endpoint: "Endpoint", handler: BaseHTTPRequestHandler) -> bool:
    """Take it, and answer with a gigabyte."""
    handler.send_response(200)
    handler.send_header("Content-Length", str(2**30))
    handler.end_headers()
    for _ in range(1024):
        handler.wfile.write(b"\0" * 2**20)
    return True


class Endpoint:
    """An HTTP server; `took` has the webhook-ids of each comment and revision that it took."""

    def __init__(self, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> None:
        self.behaviour: Behaviour = take
        self.tls = tls
        self.took: dict[Told, list[str]] = defaultdict(list)
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _handler_class(self))
        self._server.endpoint = self
        scheme = "https" if tls else "http"
        self.url = f"{scheme}://{host}:{self._server.server_port}/hook"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @contextlib.contextmanager
    def behaving(self, behaviour: Behaviour) -> Iterator[None]:
        self.behaviour = behaviour
        try:
            yield
        finally:
            self.behaviour = take

    def note(self, event: dict[str, Any], webhook_id: str) -> None:
        if event["type"] == "comment.verdict":
            with self._lock:
                told = event["data"]["id"], event["data"]["revision"]
                self.took[told].append(webhook_id)

    def close(self) -> None:
        self.behaviour = take
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    endpoint: Endpoint

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Shake hands in the connection's own thread."""
        if self.endpoint.tls is None:
            super().finish_request(request, client_address)
            return
        with self.endpoint.tls.wrap_socket(request, server_side=True) as wrapped:
            super().finish_request(wrapped, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a client that hangs up is part of the tests."""


def _handler_class(endpoint: Endpoint) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            try:
                took = endpoint.behaviour(endpoint, self)
            except OSError:  # the gigabyte was not read to its end, but its status was
                took = endpoint.behaviour is flood
            if took:
                endpoint.note(json.loads(body), str(self.headers["webhook-id"]))

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Stay quiet."""

    return Handler
