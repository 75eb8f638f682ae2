"""What gathers requests, without a process around it: odd heads, and lines closed under it."""

import socket
from concurrent.futures import Future
from selectors import DefaultSelector
from typing import Any, cast

import pytest

from service.running.arriving import Arriving
from service.running.gathering import GatheringWorker
from service.running.sending import Outgoing

HEAD = b"POST / HTTP/1.1\r\nHost: a\r\n"


class Line:
    """A connection of gunicorn's, as far as it is asked."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock

    def close(self) -> None:
        self.sock.close()


def whole(data: bytes) -> tuple[bool, bool]:
    """Return whether nothing more is waited for, and whether a request is whole."""
    request = Arriving(10_000_000, data)
    return request.look(), request.is_whole


@pytest.mark.parametrize("line", [b"a: HTTP/1.1\r\n", b" HTTP/1.1\r\n", b"Expect: 1\r\n"])
def test_a_head_of_many_odd_lines_is_read_in_one_go(
    line: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert whole(HEAD + 100_000 * line + b"\r\n") == (True, False)  # longer than a head may be
    monkeypatch.setattr("service.running.arriving.HEAD_BYTES", 10_000_000)
    assert whole(HEAD + 300_000 * line + b"\r\n") == (True, True)  # and not as the square of it


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        ("5", (False, False)),
        ("0", (True, True)),
        (f"{'0' * 24}5", (False, False)),
        ("+5", (True, False)),
        ("9" * 19, (True, False)),
        ("5\r\nContent-Length: 5", (True, False)),
        ("5\r\nContent-Length : 7", (True, False)),
    ],
)
def test_a_length_is_waited_for_or_the_line_is_closed_after_the_answer(
    length: str, expected: tuple[bool, bool]
) -> None:
    assert whole(HEAD + f"Content-Length: {length}\r\n\r\nHell".encode()) == expected


def test_a_line_that_was_closed_in_the_middle_of_an_answer_costs_nothing_else() -> None:
    """gunicorn closes it where an answer fails; its reader had not taken what came before."""
    here, there = socket.socketpair()
    line = Outgoing(here)
    line.unsent += b"the beginning"
    line.close()
    there.close()
    answered: Future[bool] = Future()
    answered.set_result(False)
    worker = cast("Any", object.__new__(GatheringWorker))
    with DefaultSelector() as worker.poller:
        worker.nr_conns, worker._sending, worker._leaving = 1, {}, {}
        worker.finish_request(Line(line), answered)
        assert (worker.nr_conns, len(worker._sending), len(worker._leaving)) == (0, 0, 0)
