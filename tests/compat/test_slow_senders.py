"""Senders and readers who take their time: no thread waits for any of them."""

import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import islice
from threading import Event, Thread
from urllib.parse import urlsplit

import httpx
import pytest

from tests.compat.conftest import Blog, exchange
from tests.compat.test_deadlines import AKISMET_PATIENCE, timed
from tests.compat.test_malformed_http import MARK, Log, log

__all__ = ["log"]

HEAD = "POST /sign-in HTTP/1.1\r\nHost: mod.example\r\n"
SLOW = {
    "nothing": ("", ""),
    "a header without an end": (f"{HEAD}X-{MARK}: a", "a"),
    "a body that is announced": (f"{HEAD}Content-Length: 60000\r\n\r\n{MARK}=", "a"),
    "a chunk without an end": (f"{HEAD}Transfer-Encoding: chunked\r\n\r\nea60\r\n{MARK}", "a"),
    "trailers without an end": (f"{HEAD}Transfer-Encoding: chunked\r\n\r\n0\r\nA: ", "a"),
    "too long a body": (f"{HEAD}Content-Length: 99999999\r\n\r\n{MARK}=", "a"),
    "a line that is not closed": (
        "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        "",
    ),
}


def line_to(blog: Blog) -> socket.socket:
    address = urlsplit(blog.url)
    return socket.create_connection((address.hostname, address.port or 80), timeout=20)


@contextmanager
def slow_senders(blog: Blog, kind: str) -> Iterator[None]:
    """Have 120 lines on which a request begins, and goes on by a byte now and then."""
    begin, more = SLOW[kind]
    done = Event()
    with ExitStack() as stack:
        lines = [stack.enter_context(line_to(blog)) for _ in range(120)]
        for line in lines:
            line.sendall(begin.encode())

        def trickle() -> None:
            while not done.wait(0.5):
                for line in lines:
                    try:
                        line.send(more.encode())
                    except OSError:  # refused
                        continue

        trickling = Thread(target=trickle)
        trickling.start()
        try:
            yield
        finally:
            done.set()
            trickling.join()


@pytest.mark.parametrize("kind", SLOW)
def test_strangers_who_send_slowly_hold_up_nobody(blog: Blog, kind: str) -> None:
    blog.check("Warm up.")
    with slow_senders(blog, kind):
        time.sleep(0.5)
        for number in range(3):
            answer, seconds = timed(lambda: httpx.get(f"{blog.url}/healthz", timeout=20))
            assert (answer.status_code, seconds < AKISMET_PATIENCE) == (200, True)
            answer, seconds = timed(lambda n=number: blog.check(f"Buy cheap pills, {n} of them."))  # type: ignore[misc]
            assert (answer.text, seconds < AKISMET_PATIENCE) == ("true", True)


PIPELINED = 100  # more bytes of answers than the system keeps for a connection


def ask_for_much(line: socket.socket) -> None:
    ask = "GET /openapi.json HTTP/1.1\r\nHost: mod.example\r\n"
    more = [f"{ask}\r\n"] * (PIPELINED - 1)
    line.sendall("".join([*more, f"{ask}Connection: close\r\n\r\n"]).encode())


def test_strangers_who_do_not_read_hold_up_nobody(blog: Blog) -> None:
    with ExitStack() as stack:
        for _ in range(30):
            line = stack.enter_context(line_to(blog))
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
            ask_for_much(line)
        time.sleep(4)
        answer, seconds = timed(lambda: httpx.get(f"{blog.url}/healthz", timeout=20))
        assert (answer.status_code, seconds < AKISMET_PATIENCE) == (200, True)


def test_who_reads_late_gets_every_answer_whole(blog: Blog) -> None:
    document = httpx.get(f"{blog.url}/openapi.json").content
    with line_to(blog) as line:
        ask_for_much(line)
        time.sleep(2)
        answer = b"".join(iter(lambda: line.recv(65_536), b""))
    assert answer.count(document) == PIPELINED


@pytest.mark.parametrize("kind", list(islice(SLOW, 1, 5)))
def test_a_request_that_does_not_come_is_refused_once_and_not_repeated(
    blog: Blog, log: Log, kind: str
) -> None:
    begin, more = SLOW[kind]
    with line_to(blog) as line:
        line.sendall(begin.encode())
        line.settimeout(0.5)
        started, answer = time.monotonic(), b""
        while not answer:
            assert time.monotonic() < started + 20
            line.sendall(more.encode())
            try:
                answer = line.recv(65_536)
            except TimeoutError:
                continue
    head, _, body = answer.decode().partition("\r\n\r\n")
    assert time.monotonic() - started > 9
    assert head.startswith("HTTP/1.1 408 Request Timeout\r\nConnection: close")
    assert json.loads(body)["status"] == 408
    [event] = log.events("request_unreadable")
    assert (event["reason"], event["status"]) == ("TooSlow", 408)
    assert log.events("request_failed") == []
    assert MARK not in log.text() + answer.decode()


def comment(blog: Blog, body: str, *headers: str) -> tuple[bytes, bytes]:
    """Return the head and the body of a request."""
    lines = [
        "POST /v1/comments HTTP/1.1",
        "Host: mod.example",
        f"Authorization: Bearer {blog.keys.api_key}",
        "Content-Type: application/json",
        "Prefer: wait=10",
        *headers,
    ]
    return "\r\n".join([*lines, "", ""]).encode(), json.dumps({"body": body}).encode()


def test_a_slow_but_honest_line_is_waited_for(blog: Blog) -> None:
    text = "word " * 5_000
    _, body = comment(blog, text)
    head, _ = comment(blog, text, f"Content-Length: {len(body)}", "Connection: close")
    with line_to(blog) as line:
        line.sendall(head)
        for at in range(0, len(body), 1_000):
            line.sendall(body[at : at + 1_000])
            time.sleep(0.5)
        answer = b"".join(iter(lambda: line.recv(65_536), b""))
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b'"action":' in answer


@pytest.mark.parametrize("size", [1, 7, 4_096])
def test_bodies_in_chunks_and_pieces_are_read(blog: Blog, size: int) -> None:
    head, body = comment(blog, "Good morning.", "Transfer-Encoding: chunked", "Connection: close")
    chunks = [body[at : at + size] for at in range(0, len(body), size)]
    framed = b"".join(b"%x;a=b\r\n%b\r\n" % (len(one), one) for one in chunks)
    with line_to(blog) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        request = head + framed + b"0\r\nA: b\r\n\r\n"
        for at in range(0, len(request), 13):
            line.sendall(request[at : at + 13])
        answer = b"".join(iter(lambda: line.recv(65_536), b""))
    assert answer.startswith(b"HTTP/1.1 200 ")


def test_requests_sent_behind_each_other_are_answered_in_turn(blog: Blog) -> None:
    _, body = comment(blog, "One of three.")
    head, _ = comment(blog, "", f"Content-Length: {len(body)}")
    last = b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    with line_to(blog) as line:
        line.sendall(head + body + head + body + last[:20])
        time.sleep(0.3)
        line.sendall(last[20:])
        answer = b"".join(iter(lambda: line.recv(65_536), b""))
    assert answer.count(b"HTTP/1.1 200 ") == 3
    assert answer.count(b'"action":') == 2


def test_who_asks_whether_to_send_its_body_is_told_once(blog: Blog) -> None:
    _, body = comment(blog, "Good morning.")
    expect = "Expect: 100-Continue"
    head, _ = comment(blog, "", f"Content-Length: {len(body)}", expect, "Connection: close")
    with line_to(blog) as line:
        line.sendall(head)
        assert line.recv(65_536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        line.sendall(body)
        answer = b"".join(iter(lambda: line.recv(65_536), b""))
    assert answer.startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("expect", [[], ["Expect: 100-continue"]])
def test_who_announces_too_much_is_told_before_it_is_sent(blog: Blog, expect: list[str]) -> None:
    head, _ = comment(blog, "", "Content-Length: 99999999", *expect)
    answer, _ = exchange(blog, head + b"{")
    assert answer.startswith("HTTP/1.1 413 ")


def test_who_stops_in_the_middle_leaves_nothing_behind(blog: Blog, log: Log) -> None:
    for begin, _ in SLOW.values():
        with line_to(blog) as line:
            line.sendall(begin.encode())
            line.shutdown(socket.SHUT_WR)
            line.recv(65_536)
    assert httpx.get(f"{blog.url}/healthz").status_code == 200
    assert log.events("request_failed") == []
