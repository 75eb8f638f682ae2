"""What is no HTTP, byte by byte: the sender's fault, answered in shape, and no word of it kept."""

import json
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
