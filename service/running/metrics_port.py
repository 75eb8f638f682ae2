"""The metrics' own listener: what arrives at its port never reaches the app, nor the reverse."""

from collections.abc import Callable, Iterable
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Wsgi = Callable[[Environ, StartResponse], Iterable[bytes]]


def with_metrics_port(app: Wsgi, page: Callable[[], bytes], port: int) -> Wsgi:
    """Return a WSGI app that answers `/metrics` with `page()` at that port, and is `app` elsewhere.

    The port is the one that the connection came in by, so no header can change it.
    """

    def split(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["SERVER_PORT"] != str(port):
            return app(environ, start_response)
        if environ["PATH_INFO"] != "/metrics":
            start_response("404 Not Found", [("Content-Length", "0")])
            return []
        body = page()
        headers = [("Content-Type", CONTENT_TYPE_LATEST), ("Content-Length", str(len(body)))]
        start_response("200 OK", headers)
        return [body]

    return split
