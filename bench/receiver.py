"""A receiver of webhooks in a process of its own: takes everything, counts it at `/`."""

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import Lock

_lock = Lock()
_numbers = count(1)
_received = [0]


class Receive(BaseHTTPRequestHandler):
    """Answers POST with 204, and GET with how many there were."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Take an event."""
        self.rfile.read(int(self.headers["Content-Length"]))
        with _lock:
            _received[0] = next(_numbers)
        self.send_response(204)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self) -> None:
        """Say how many events came."""
        body = str(_received[0]).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Stay quiet."""


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Receive).serve_forever()
