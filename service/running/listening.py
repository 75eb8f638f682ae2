"""The listening sockets of `tactful up`: bound here, served by the web process.

So a port that is taken is known at once, port 0 is one port for good, and while the web process
is started again, connections wait instead of being refused.
"""

import errno
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from service.faults import Fault

BACKLOG = 1024
PATIENCE = 1.5  # seconds: after `kill -9`, the last web process may hold the port that long


@dataclass(frozen=True)
class Listener:
    """A bound socket, and how to reach it."""

    fd: int
    host: str
    port: int

    @property
    def url(self) -> str:
        """URL with the host as it was given."""
        return f"http://{_bracketed(self.host)}:{self.port}"

    @property
    def local_url(self) -> str:
        """URL that works on this machine, although the host may mean "every address"."""
        local = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104
        return f"http://{_bracketed(local)}:{self.port}"


@contextmanager
def listen(host: str, port: int) -> Iterator[Listener]:
    """Give a socket that listens on HOST:PORT (0: any that is free); raise Fault."""
    bound = _bind_patiently(host, port)
    try:
        yield Listener(bound.fileno(), host, bound.getsockname()[1])
    finally:
        bound.close()


def _bind_patiently(host: str, port: int) -> socket.socket:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return _bind(host, port)
        except socket.gaierror as error:
            raise Fault(f"there is no address {host}; use --host 127.0.0.1") from error
        except OSError as error:
            if error.errno != errno.EADDRINUSE or time.monotonic() > deadline:
                raise Fault(_why(error, host, port)) from error
        time.sleep(0.1)


def _bind(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(
        host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    bound = socket.socket(family, kind, protocol)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
        bound.listen(BACKLOG)
    except OSError:
        bound.close()
        raise
    return bound


def _why(error: OSError, host: str, port: int) -> str:
    where = f"{_bracketed(host)}:{port}"
    if error.errno == errno.EADDRINUSE:
        return f"another program listens on {where}; stop it, or choose another with --port"
    if error.errno == errno.EACCES:
        return f"this user may not listen on {where}; choose a port above 1023 with --port"
    return f"cannot listen on {where}: {error.strerror}"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
