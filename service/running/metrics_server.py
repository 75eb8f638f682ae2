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
from service.settings import split_address


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


def _handler(page: Callable[[], bytes]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Answers `/metrics`, and nothing else."""

        def do_GET(self) -> None:
            """Answer the page."""
            if self.path.partition("?")[0] != "/metrics":
                self.send_error(HTTPStatus.NOT_FOUND)
                return
            body = page()
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", CONTENT_TYPE_LATEST)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Log nothing: it is asked every few seconds."""

    return Handler
