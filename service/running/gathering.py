"""Requests are gathered where connections wait, so that a thread is given none but whole ones.

gunicorn's threads read from sockets: as many slow senders as there are threads would stop the
process, `/healthz` included. Its way of letting a connection go, too, waits for its sender.
"""

import contextlib
import socket
import time
from concurrent.futures import Future
from functools import partial
from selectors import EVENT_READ
from typing import Any, cast

from gunicorn.http import Request
from gunicorn.http.parser import RequestParser
from gunicorn.workers.gthread import TConn

from service.running.arriving import Arrived, Arriving
from service.running.malformed import NoRoom, TooSlow, Worker

RECEIVED_BYTES = 65_536  # at once
GATHERED_BYTES = 64 * 1024 * 1024  # of all requests that are not whole
LOOK_SECONDS = 0.5
LINGER_SECONDS = 2.0  # so that an answer is read before the line is cut (RFC 9112, 9.6)


class GatheringWorker(Worker):
    """`most_bytes` of one request are kept, at the most; who sends more is answered by the app."""

    most_bytes = 1024 * 1024

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - gunicorn's own
        super().__init__(*args, **kwargs)
        self._arriving: dict[TConn, Arriving] = {}
        self._leaving: dict[TConn, float] = {}
        self._gathered = 0
        self._looked = 0.0

    def enqueue_req(self, conn: TConn) -> None:
        """Begin with a request of which some bytes may be here: gunicorn gives it to a thread."""
        if conn.parser is None:
            conn.parser = RequestParser(self.cfg, iter(()), conn.client)
            conn.parser.unreader = Arrived()
            conn.data_ready = True
        conn.sock.settimeout(0)
        begun = _source(conn).take_buffered()
        self._arriving[conn] = Arriving(self.most_bytes, begun)
        self._gathered += len(begun)
        self.poller.register(conn.sock, EVENT_READ, partial(self._gather, conn))
        self._gather(conn, conn.sock)

    def handle_request(self, req: Request, conn: TConn) -> bool:
        """Answer a request of which all is here that will be."""
        # Told while its body was waited for.
        req._expected_100_continue = False  # type: ignore[attr-defined]  # noqa: SLF001
        if not _source(conn).is_whole:
            req.force_close()
        return bool(super().handle_request(req, conn))

    def finish_request(self, conn: TConn, fs: "Future[bool]") -> None:
        """Wait for the next request of a connection, or let it go."""
        if fs.cancelled() or fs.exception() or not fs.result():
            self._let_go(conn)
            return
        _source(conn).settle()
        super().finish_request(conn, fs)

    def murder_pending(self) -> None:
        """Refuse requests that are late; called after each wait for events."""
        now = time.monotonic()
        if now < self._looked + LOOK_SECONDS:
            return
        self._looked = now
        for conn, request in list(self._arriving.items()):
            if not request.data and (request.is_late(now) or not self.alive):
                self._give_up(conn)
            elif request.is_late(now):
                self._refuse(conn, TooSlow())
        for conn, until in list(self._leaving.items()):
            if now > until:
                self._close(conn)

    def _gather(self, conn: TConn, client: socket.socket) -> None:
        request = self._arriving.get(conn)
        if request is None:  # refused since this event was seen
            return
        is_ended = False
        try:
            received = client.recv(RECEIVED_BYTES)
        except BlockingIOError:
            pass
        except OSError:
            is_ended = True
        else:
            request.data += received
            is_ended = not received
            self._gathered += len(received)
        if request.look():
            self._forget(conn)
            _source(conn).put(request)
            super().enqueue_req(conn)
        elif is_ended:
            self._give_up(conn)
        else:
            self._wait_on(conn, request)

    def _wait_on(self, conn: TConn, request: Arriving) -> None:
        if request.may_continue:
            request.may_continue = False
            with contextlib.suppress(OSError):  # the next `recv` meets it, too
                conn.sock.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        if self._gathered > max(GATHERED_BYTES, 4 * self.most_bytes):
            largest = max(self._arriving, key=lambda one: len(self._arriving[one].data))
            self._refuse(largest, NoRoom())

    def _refuse(self, conn: TConn, reason: Exception) -> None:
        self._forget(conn)
        self.handle_error(None, conn.sock, conn.client, reason)
        self._let_go(conn)

    def _give_up(self, conn: TConn) -> None:
        self._forget(conn)
        self._close(conn)

    def _forget(self, conn: TConn) -> None:
        self._gathered -= len(self._arriving.pop(conn).data)
        self.poller.unregister(conn.sock)

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
        if self._leaving.pop(conn, None) is not None:
            self.poller.unregister(conn.sock)
        self.nr_conns -= 1
        conn.close()


def _source(conn: TConn) -> Arrived:
    return cast("Arrived", cast("RequestParser", conn.parser).unreader)
