"""A small server for metrics in the processes that do not serve HTTP otherwise."""

import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from socket import AF_INET, AF_INET6

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from service.faults import Fault
from service.running.metrics_files import shared_folder
from service.running.shared_counts import shared_page
from service.running.tether import is_supervised
from service.settings import Settings, split_address


def counted() -> bytes:
    """Return what was counted: by this process, or by all that share a folder."""
    folder = shared_folder()
    return shared_page(folder) if folder else generate_latest()


def serve_metrics(address: str) -> None:
    """Serve what was counted at IP:PORT from a thread; raise Fault."""
    host, port = split_address(address)

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        address_family = AF_INET6 if ip_address(host).version == 6 else AF_INET  # noqa: PLR2004

    try:
        server = Server((host, port), _handler(counted))
    except OSError as error:
        raise Fault(f"TACTFUL_METRICS_ADDR: cannot listen: {error.strerror}") from error
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()


def serve_metrics_of_our_own(settings: Settings) -> None:
    """Do so where a setting says where to, unless our supervisor does; raise Fault."""
    if settings.metrics_addr and not is_supervised():
        serve_metrics(settings.metrics_addr)


def _handler(page: Callable[[], bytes]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Answers `/metrics`, and `/healthz` for whoever probes a process by its port."""

        def do_GET(self) -> None:
            """Answer the page."""
            path = self.path.partition("?")[0]
            if path == "/metrics":
                self._answer(page(), CONTENT_TYPE_LATEST)
            elif path == "/healthz":
                self._answer(b"ok\n", "text/plain; charset=utf-8")
            else:
                self.send_error(HTTPStatus.NOT_FOUND)

        def _answer(self, body: bytes, content_type: str) -> None:
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Log nothing: it is asked every few seconds."""

    return Handler
