"""Answers are sent as far as they are read, so that no thread waits for their reader.

gunicorn's threads write to sockets: as many who do not read as there are threads would stop the
process, `/healthz` included. Its way of letting a connection go, too, waits for its sender.
"""

import contextlib
import errno
import socket
import time
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from selectors import EVENT_READ, EVENT_WRITE
from typing import Any, cast

from gunicorn.workers.gthread import TConn

from service.running.arriving import BYTES_A_SECOND, GRACE_SECONDS, RECEIVED_BYTES
from service.running.malformed import Worker

UNSENT_BYTES = 256 * 1024  # of one answer: all that a stranger can ask for is less
UNSENT_IN_ALL_BYTES = 64 * 1024 * 1024
LOOK_SECONDS = 0.5
LINGER_SECONDS = 2.0  # so that an answer is read before the line is cut (RFC 9112, 9.6)


class Outgoing(socket.socket):
    """A connection that keeps in `unsent` what its reader has no room for yet."""

    def __init__(self, sock: socket.socket) -> None:
        super().__init__(sock.family, sock.type, sock.proto, fileno=sock.detach())
        self.unsent = bytearray()

    def sendall(self, data: Any, flags: int = 0) -> None:  # noqa: ANN401 - any bytes
        """Send what can be sent; wait, for a reader who takes some, where too much is left."""
        del flags
        self.unsent += data
        self.push()
        while len(self.unsent) > UNSENT_BYTES:
            self._wait()
            self.push()

    def push(self) -> None:
        """Send as much as can be sent without waiting."""
        with contextlib.suppress(BlockingIOError):
            while self.unsent:
                del self.unsent[: self.send(self.unsent, socket.MSG_DONTWAIT)]

    def _wait(self) -> None:
        self.settimeout(GRACE_SECONDS)
        try:
            del self.unsent[: self.send(self.unsent)]
        except TimeoutError:
            self.unsent.clear()
            # To gunicorn a fault of its own, with a traceback; this is somebody who went away.
            raise BrokenPipeError(errno.EPIPE, "nobody reads") from None
        finally:
            self.setblocking(True)  # noqa: FBT003 - the library's own


@dataclass
class _Sending:
    """The rest of an answer, and what its thread found of the connection."""

    fs: "Future[bool]"
    unsent: int
    since: float

    def is_late(self, unsent: int, now: float) -> bool:
        """Whether an honest reader would have taken more by now."""
        return now > self.since + GRACE_SECONDS + (self.unsent - unsent) / BYTES_A_SECOND


class SendingWorker(Worker):
    """Sends what threads left unsent; lets connections go without waiting for anybody."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - gunicorn's own
        super().__init__(*args, **kwargs)
        self._sending: dict[TConn, _Sending] = {}
        self._leaving: dict[TConn, float] = {}
        self._looked = 0.0

    def finish_request(self, conn: TConn, fs: "Future[bool]") -> None:
        """Send the rest of an answer; then wait for the next request, or let the line go."""
        if conn.sock.fileno() < 0:  # gunicorn closes it where an answer fails in its middle
            self._close(conn)
            return
        unsent = len(_outgoing(conn).unsent)
        if not unsent:
            self._end_answer(conn, fs)
            return
        self._sending[conn] = _Sending(fs, unsent, time.monotonic())
        self.poller.register(conn.sock, EVENT_WRITE, partial(self._send_on, conn))
        if sum(len(_outgoing(one).unsent) for one in self._sending) > UNSENT_IN_ALL_BYTES:
            self._close(next(iter(self._sending)))  # who has had the most time

    def keep(self, conn: TConn, fs: "Future[bool]") -> None:
        """Wait for the next request of a connection."""
        super().finish_request(conn, fs)

    def murder_pending(self) -> None:
        """Look now and then for who is late; called after each wait for events."""
        now = time.monotonic()
        if now >= self._looked + LOOK_SECONDS:
            self._looked = now
            self.end_late(now)

    def end_late(self, now: float) -> None:
        """Cut the lines of who does not read."""
        for conn, sending in list(self._sending.items()):
            if sending.is_late(len(_outgoing(conn).unsent), now):
                self._close(conn)
        for conn, until in list(self._leaving.items()):
            if now > until:
                self._close(conn)

    def _send_on(self, conn: TConn, client: socket.socket) -> None:
        del client
        if conn not in self._sending:  # cut since this event was seen
            return
        try:
            _outgoing(conn).push()
        except OSError:
            self._close(conn)
            return
        if not _outgoing(conn).unsent:
            self.poller.unregister(conn.sock)
            self._end_answer(conn, self._sending.pop(conn).fs)

    def _end_answer(self, conn: TConn, fs: "Future[bool]") -> None:
        if fs.cancelled() or fs.exception() or not fs.result():
            self._let_go(conn)
        else:
            self.keep(conn, fs)

    def _let_go(self, conn: TConn) -> None:
        try:
            conn.sock.settimeout(0)
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self._close(conn)
            return
        self._leaving[conn] = time.monotonic() + LINGER_SECONDS
        self.poller.register(conn.sock, EVENT_READ, partial(self._drain, conn))

    def _drain(self, conn: TConn, client: socket.socket) -> None:
        if conn not in self._leaving:
            return
        try:
            gone = not client.recv(RECEIVED_BYTES)
        except BlockingIOError:
            return
        except OSError:
            gone = True
        if gone:
            self._close(conn)

    def _close(self, conn: TConn) -> None:
        is_leaving = self._leaving.pop(conn, None) is not None
        if self._sending.pop(conn, None) is not None or is_leaving:
            self.poller.unregister(conn.sock)
        self.nr_conns -= 1
        conn.close()


def _outgoing(conn: TConn) -> Outgoing:
    return cast("Outgoing", conn.sock)
