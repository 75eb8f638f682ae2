"""A network backend for httpcore that connects to one given address, under one deadline.

httpcore's own backend resolves names again, and its time-outs start anew with each read and
write, so that a peer that trickles holds on for ever.
"""

import socket
import ssl
import time
from collections.abc import Iterable
from typing import Any

import httpcore

from workers.addresses import Address

CONNECT_SECONDS = 5.0  # so that a dead first address leaves time for the second


class Deadline:
    """A moment by which everything is over."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def remaining(self) -> float:
        """Return the seconds left; raise TimeoutError when there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError("out of time")
        return left


class PinnedBackend(httpcore.NetworkBackend):
    """Connects to `address` whatever host it is asked for, and reads at most `max_bytes`."""

    def __init__(self, address: Address, deadline: Deadline, max_bytes: int) -> None:
        self._address = address
        self._deadline = deadline
        self._max_bytes = max_bytes

    def connect_tcp(
        self,
        host: str,  # noqa: ARG002 - the name, which was resolved and must not be again
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the deadline counts
        local_address: str | None = None,  # noqa: ARG002
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        """Connect; raise httpcore.ConnectError or ConnectTimeout."""
        try:
            seconds = min(CONNECT_SECONDS, self._deadline.remaining())
            connection = _connected(self._address, port, seconds)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout("no connection in time") from error
        except OSError as error:
            raise httpcore.ConnectError(error.strerror or str(error)) from error
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return _DeadlineStream(connection, self._deadline, self._max_bytes)


def _connected(address: Address, port: int, seconds: float) -> socket.socket:
    # Not socket.create_connection, which asks the resolver again, if only for a number.
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6  # noqa: PLR2004 - IP's
    connection = socket.socket(family, socket.SOCK_STREAM)
    try:
        connection.settimeout(seconds)
        connection.connect((str(address), port))
    except OSError:
        connection.close()
        raise
    return connection


class _DeadlineStream(httpcore.NetworkStream):
    def __init__(self, connection: socket.socket, deadline: Deadline, max_bytes: int) -> None:
        self._socket = connection
        self._deadline = deadline
        self._may_read = max_bytes

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        if self._may_read <= 0:
            raise httpcore.ReadError("the answer is too long")
        try:
            self._socket.settimeout(self._deadline.remaining())
            received = self._socket.recv(min(max_bytes, self._may_read))
        except TimeoutError as error:
            raise httpcore.ReadTimeout("no complete answer in time") from error
        except OSError as error:
            raise httpcore.ReadError(error.strerror or str(error)) from error
        self._may_read -= len(received)
        return received

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        # Not sendall: over TLS its time-out starts anew with each record.
        unsent = memoryview(buffer)
        try:
            while unsent:
                self._socket.settimeout(self._deadline.remaining())
                unsent = unsent[self._socket.send(unsent) :]
        except TimeoutError as error:
            raise httpcore.WriteTimeout("the request was not read in time") from error
        except OSError as error:
            raise httpcore.WriteError(error.strerror or str(error)) from error

    def close(self) -> None:
        self._socket.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        try:
            self._socket.settimeout(self._deadline.remaining())
            wrapped = ssl_context.wrap_socket(self._socket, server_hostname=server_hostname)
        except OSError as error:
            self._socket.close()
            if isinstance(error, TimeoutError):
                raise httpcore.ConnectTimeout("no TLS in time") from error
            raise httpcore.ConnectError(_tls_fault(error)) from error
        return _DeadlineStream(wrapped, self._deadline, self._may_read)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - httpcore's signature
        return self._socket if info == "socket" else None


def _tls_fault(error: OSError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"TLS: {error.verify_message}"
    return f"TLS: {error.strerror or error}"
