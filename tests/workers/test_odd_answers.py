"""Answers that are odd: what their status line says counts, and nothing in them does harm."""

import contextlib
import gzip
import socket
import threading
import time

import pytest

from tests.workers.receivers import Receiver, raw
from workers.addresses import AllowList
from workers.outgoing import MAX_ANSWER_BYTES, Answer, Caller, TimedOut, Unreachable, post

LOCAL = AllowList.parse("127.0.0.1")
BOMB = gzip.compress(bytes(100_000_000), compresslevel=1)


def answer_to(*pieces: bytes) -> Answer:
    with Receiver(raw(*pieces)) as receiver:
        return post(Caller(LOCAL, timeout_seconds=10), receiver.url, {}, b"{}")


@pytest.mark.parametrize(
    ("pieces", "status", "body"),
    [
        ((b"HTTP/1.0 200 OK\r\n\r\nhi",), 200, b"hi"),
        ((b"HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n",), 200, b""),
        ((b"HTTP/1.1 200 OK\nContent-Length: 2\n\nhi",), 200, b"hi"),
        ((b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 204 None\r\n\r\n"), 204, b""),
        ((b"HTTP/1.1 102 A\r\n\r\nHTTP/1.1 103 B\r\n\r\nHTTP/1.0 500 C\r\n\r\n",), 500, b""),
        ((b"HTTP/1.1 204 None\r\nContent-Length: 5\r\n\r\nhello",), 204, b""),
        ((b"HTTP/1.1 999 Odd\r\n\r\n",), 999, b""),
    ],
)
def test_the_first_final_status_counts(pieces: tuple[bytes, ...], status: int, body: bytes) -> None:
    assert answer_to(*pieces) == Answer(status, body, None, "127.0.0.1")


@pytest.mark.parametrize(
    ("rest", "body"),
    [
        (b"5\r\nhello\r\n0\r\nTrailer: x\r\n\r\n", b"hello"),
        (b"5\r\nhello\r\nzz\r\nmore\r\n0\r\n\r\n", b"hello"),
        (b"ffffffffffffffffffffff\r\nhello", b""),
        (b"7fffffff\r\nhello", b"hello"),
        (b"no chunks at all", b""),
    ],
)
def test_a_broken_body_leaves_the_status(rest: bytes, body: bytes) -> None:
    answered = answer_to(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + rest)
    assert (answered.status, answered.body) == (200, body)


def test_what_is_compressed_stays_so() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(BOMB)
    answered = answer_to(head, BOMB)
    assert answered.body == BOMB[: len(answered.body)]
    assert 60_000 < len(answered.body) <= MAX_ANSWER_BYTES


@pytest.mark.parametrize(
    "head",
    [
        b"hello\r\n\r\n",
        b"HTTP/1.1 099 Odd\r\n\r\n",
        b"HTTP/1.1 2000 OK\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 2\r\n\r\nhi",
        b"HTTP/1.1 200 OK\r\nno header\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: \0\r\n\r\n",
    ],
)
def test_what_is_no_answer_is_unreachable(head: bytes) -> None:
    with pytest.raises(Unreachable):
        answer_to(head)


def test_a_tls_handshake_that_trickles_is_over_in_time() -> None:
    record = b"\x16\x03\x03\x40\x00" + bytes(400)  # 0.05 s a byte: 20 s
    sent = 0

    def trickle(server: socket.socket) -> None:
        nonlocal sent
        connection, _ = server.accept()
        with connection, contextlib.suppress(OSError):
            for byte in record:
                connection.send(bytes([byte]))
                sent += 1
                time.sleep(0.05)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=trickle, args=(server,))
        thread.start()
        url = f"https://127.0.0.1:{server.getsockname()[1]}/"
        with pytest.raises(TimedOut):
            post(Caller(LOCAL, timeout_seconds=0.5), url, {}, b"")
        thread.join()
    assert 1 < sent < len(record)
