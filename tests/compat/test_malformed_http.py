"""What is no HTTP, byte by byte: the sender's fault, answered in shape, and no word of it kept."""

import json
from http import HTTPStatus
from typing import Any

import pytest

from tests.compat.conftest import Blog, exchange

MARK = "SEKRET1"


class Log:
    """The part of the service's log that is written from here on."""

    def __init__(self, blog: Blog) -> None:
        self._path = blog.up.log
        self._from = len(self._path.read_text())

    def text(self) -> str:
        return self._path.read_text()[self._from :]

    def events(self, name: str) -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in self.text().splitlines() if line.startswith("{")]
        return [line for line in lines if line["event"] == name]


@pytest.fixture
def log(blog: Blog) -> Log:
    return Log(blog)


@pytest.mark.parametrize("chunk", ["zz\r\nHello\r\n", f"5;{MARK} {MARK}\r\n", "5\r\nHello there"])
@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/v1/comments", 400, "problem-malformed-json"),
        ("/v1/moderations", 400, "invalid_request_error"),
        ("/v1alpha1/comments:analyze", 400, '"code": 400'),
        ("/1.1/comment-check", 200, "invalid"),
        ("/coral/{akismet_key}", 200, "PREMOD"),  # its own moderators look at it
    ],
)
def test_broken_chunks_are_the_senders_fault_in_each_protocol(
    blog: Blog, log: Log, path: str, status: int, said: str, chunk: str
) -> None:
    key = f"Authorization: Bearer {blog.keys.api_key}\r\nContent-Type: application/json\r\n"
    target = path.format(akismet_key=blog.keys.akismet_key)
    head = f"POST {target} HTTP/1.1\r\nHost: mod.example\r\n"
    request = f"{head}{key}Transfer-Encoding: chunked\r\n\r\n{chunk}"
    answer, body = exchange(blog, request.encode())
    assert answer.startswith(f"HTTP/1.1 {status} ")
    assert said in body
    assert log.events("request_failed") == log.events("drop_in_fault") == []
    assert MARK not in log.text()


def test_a_header_that_is_there_twice_is_told_so(blog: Blog) -> None:
    twice = "Content-Type: text/plain\r\n" * 2
    _, body = exchange(blog, f"GET / HTTP/1.1\r\nHost: a\r\n{twice}\r\n".encode())
    assert "twice" in json.loads(body)["detail"]


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (f"GET /v1/comments?key={MARK}\r\n\r\n", 400),
        (f"GET /v1/comments?key={MARK} HTTP/{MARK}\r\n\r\n", 400),
        (f"GET / HTTP/1.1\r\nHost: a\r\nAuthorization : Bearer {MARK}\r\n\r\n", 400),
        (f"GET /?key={MARK}{'x' * 9_000} HTTP/1.1\r\nHost: a\r\n\r\n", 414),
        (f"GET / HTTP/1.1\r\nHost: a\r\nCookie: {MARK}{'x' * 9_000}\r\n\r\n", 431),
        (f"GET / HTTP/1.1\r\nHost: a\r\nExpect: {MARK}\r\n\r\n", 417),
        (f"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: {MARK}\r\n\r\n", 501),
    ],
)
def test_what_never_becomes_a_request_is_answered_and_logged_like_one(
    blog: Blog, log: Log, request_: str, status: int
) -> None:
    head, body = exchange(blog, request_.encode())
    lines = head.split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines[1:])
    assert lines[0] == f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"
    assert headers["Content-Type"] == "application/problem+json"
    assert headers["X-Content-Type-Options"] == "nosniff"
    told = json.loads(body)
    assert (told["status"], told["title"]) == (status, HTTPStatus(status).phrase)
    assert {"type", "detail"} <= told.keys()
    [event] = log.events("request_unreadable")
    assert (event["request_id"], event["status"]) == (headers["X-Request-Id"], status)
    for text in (head, body, log.text()):
        assert MARK not in text
    assert "127.0.0.1" not in log.text()
