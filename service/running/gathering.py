"""Requests are gathered where connections wait, so that a thread is given none but whole ones.

gunicorn's threads read from sockets: as many slow senders as there are threads would stop the
process, `/healthz` included.
"""

import contextlib
import socket
from concurrent.futures import Future
from functools import partial
from selectors import EVENT_READ
from typing import Any, cast

from gunicorn.http import Request
from gunicorn.http.parser import RequestParser
from gunicorn.workers.gthread import TConn

from service.running.arriving import RECEIVED_BYTES, Arrived, Arriving
from service.running.malformed import NoRoom, TooSlow
from service.running.sending import Outgoing, SendingWorker

GATHERED_BYTES = 64 * 1024 * 1024  # of all requests that are not whole


class GatheringWorker(SendingWorker):
    """`most_bytes` of one request are kept, at the most; who sends more is answered by the app."""

    most_bytes = 1024 * 1024

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - gunicorn's own
        super().__init__(*args, **kwargs)
        self._arriving: dict[TConn, Arriving] = {}
        self._gathered = 0

    def enqueue_req(self, conn: TConn) -> None:
        """Begin with a request of which some bytes may be here: gunicorn gives it to a thread."""
        if conn.parser is None:
            conn.sock = Outgoing(conn.sock)
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

    def keep(self, conn: TConn, fs: "Future[bool]") -> None:
        """Wait for the next request of a connection, of which some bytes may be here."""
        _source(conn).settle()
        super().keep(conn, fs)

    def end_late(self, now: float) -> None:
        """Refuse requests that are late, too."""
        for conn, request in list(self._arriving.items()):
            if not request.data and (request.is_late(now) or not self.alive):
                self._give_up(conn)
            elif request.is_late(now):
                self._refuse(conn, TooSlow())
        super().end_late(now)

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


def _source(conn: TConn) -> Arrived:
    return cast("Arrived", cast("RequestParser", conn.parser).unreader)
