"""Outgoing HTTP against real receivers: where it goes, what it reads, and when it is over."""

import socket
import ssl
import time
from collections.abc import Sequence
from dataclasses import replace
from ipaddress import ip_address
from typing import Any

import pytest

from tests.workers.certificates import Authority
from tests.workers.receivers import Receiver, after, answer, raw
from workers.addresses import Address, AllowList
from workers.outgoing import Answer, Blocked, Caller, TimedOut, Unreachable, _trusted, post

LOCAL = AllowList.parse("127.0.0.0/8")
HEADERS = {"content-type": "application/json"}


class Names:
    """A resolver whose answers change from one question to the next."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.asked: list[str] = []
        self._answers = answers

    def __call__(self, host: str) -> list[Address]:
        self.asked.append(host)
        found = self._answers[min(len(self.asked), len(self._answers)) - 1]
        return [ip_address(address) for address in found]


def call(url: str, *, seconds: float = 5.0, **changes: object) -> Answer:
    caller = replace(Caller(LOCAL, timeout_seconds=seconds), **changes)  # type: ignore[arg-type]
    return post(caller, url, HEADERS, b'{"x":1}')


def test_a_post_arrives_as_it_was_given(receiver: Receiver) -> None:
    receiver.respond = answer(201, b"thanks", Retry_After="7")
    answered = call(f"{receiver.url}?a=b%20c")
    assert answered == Answer(201, b"thanks", "7", "127.0.0.1")
    [got] = receiver.received
    assert (got.path, got.body) == ("/hook?a=b%20c", b'{"x":1}')
    assert got.headers == {
        "content-type": "application/json",
        "host": f"127.0.0.1:{receiver.port}",
        "accept-encoding": "identity",
        "connection": "close",
        "content-length": "7",
    }


def test_a_private_address_is_not_connected_to(receiver: Receiver) -> None:
    with pytest.raises(Blocked, match=r"127.0.0.1, which is loopback"):
        call(receiver.url, allow=AllowList())
    assert not receiver.received


def test_a_name_is_refused_if_any_of_its_addresses_is_private(receiver: Receiver) -> None:
    names = Names(["127.0.0.1", "192.168.1.1"])
    with pytest.raises(Blocked, match=r"192.168.1.1, which is private"):
        call(f"http://blog.example:{receiver.port}/", resolver=names)
    assert not receiver.received


def test_a_name_that_resolves_differently_the_second_time_gets_nowhere_else() -> None:
    with Receiver() as allowed:
        names = Names(["127.0.0.1"], ["127.0.0.2"], ["10.0.0.1"])
        url = f"http://blog.example:{allowed.port}/hook"
        only_one = AllowList.parse("127.0.0.1")
        assert call(url, resolver=names, allow=only_one).address == "127.0.0.1"
        assert names.asked == ["blog.example"]
        assert allowed.received[0].headers["host"] == f"blog.example:{allowed.port}"
        with pytest.raises(Blocked, match=r"127.0.0.2, which is loopback"):
            call(url, resolver=names, allow=only_one)
        assert names.asked == ["blog.example"] * 2
        assert len(allowed.received) == 1


def test_the_library_is_asked_once_and_not_even_for_a_number_again(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    look_up = socket.getaddrinfo

    def elsewhere_next(host: object, *rest: Any, **options: Any) -> Any:
        asked.append(host)
        return look_up(f"127.0.0.{len(asked)}", *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", elsewhere_next)
    assert call(f"http://blog.example:{receiver.port}/").address == "127.0.0.1"
    assert asked == ["blog.example"]
    assert len(receiver.received) == 1


def test_the_next_address_is_tried_when_one_does_not_connect(receiver: Receiver) -> None:
    names = Names(["127.0.0.2", "127.0.0.1"])
    answered = call(f"http://blog.example:{receiver.port}/", resolver=names)
    assert (answered.status, answered.address) == (204, "127.0.0.1")


def test_a_proxy_in_the_environment_is_not_used(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Receiver() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert call(receiver.url).status == 204
        assert not proxy.received


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_an_answer_and_not_followed(receiver: Receiver, status: int) -> None:
    with Receiver() as target:
        receiver.respond = answer(status, Location=target.url)
        assert call(receiver.url).status == status
        assert not target.received


def test_a_name_without_addresses_is_unreachable() -> None:
    for fault in (OSError("no such host"), UnicodeError("label too long")):

        def failing(_host: str, fault: Exception = fault) -> list[Address]:
            raise fault

        with pytest.raises(Unreachable, match="has no address"):
            call("http://blog.example/", resolver=failing)
    with pytest.raises(Unreachable, match="has no address"):
        call("http://blog.example/", resolver=Names([]))


def test_a_resolver_that_hangs_is_not_waited_for() -> None:
    def hanging(_host: str) -> list[Address]:
        time.sleep(1.5)
        return []

    started = time.monotonic()
    with pytest.raises(TimedOut, match="not resolved in time"):
        call("http://blog.example/", resolver=hanging, seconds=0.2)
    assert time.monotonic() - started < 1.0


def test_nobody_listening_is_unreachable_and_says_where(receiver: Receiver) -> None:
    with pytest.raises(Unreachable, match="Connection refused") as caught:
        call(receiver.url.replace("127.0.0.1", "127.0.0.3"))
    assert caught.value.address == "127.0.0.3"


def test_a_receiver_that_hangs_costs_the_time_limit_and_no_more(receiver: Receiver) -> None:
    receiver.respond = after(1.5, answer(200))
    _times_out(receiver.url)


def test_a_receiver_that_trickles_its_headers_costs_no_more(receiver: Receiver) -> None:
    receiver.respond = raw(
        *[bytes([byte]) for byte in b"HTTP/1.1 200 OK\r\nX-Long: name\r\n"], pause=0.1
    )
    _times_out(receiver.url)


def test_endless_interim_answers_cost_no_more(receiver: Receiver) -> None:
    receiver.respond = raw(*[b"HTTP/1.1 103 Early Hints\r\n\r\n"] * 40, pause=0.05)
    _times_out(receiver.url)


def test_a_body_that_trickles_is_cut_and_the_status_counts(receiver: Receiver) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
    receiver.respond = raw(head, *[b"x"] * 30, pause=0.05)
    started = time.monotonic()
    answered = call(receiver.url, seconds=0.5)
    assert answered.status == 200
    assert 3 <= len(answered.body) < 30
    assert time.monotonic() - started < 1.0


def test_a_gigabyte_is_not_read(receiver: Receiver) -> None:
    chunk = b"x" * 1_000_000
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n"
    receiver.respond = raw(head, *[chunk] * 1000)
    answered = call(receiver.url)
    assert answered.status == 200
    assert 60_000 < len(answered.body) <= 65_536


def test_endless_headers_are_not_read(receiver: Receiver) -> None:
    receiver.respond = raw(b"HTTP/1.1 200 OK\r\n", *[b"X-Long: " + b"x" * 1000 + b"\r\n"] * 1000)
    with pytest.raises(Unreachable, match="too long"):
        call(receiver.url)


@pytest.mark.parametrize(
    "pieces", [(), (b"HTTP/1.1 20",), (b"SSH-2.0-OpenSSH_9.2\r\n",), (b"HTTP/1.1 abc\r\n\r\n",)]
)
def test_closing_early_or_not_speaking_http_is_unreachable(
    receiver: Receiver, pieces: tuple[bytes, ...]
) -> None:
    receiver.respond = raw(*pieces)
    with pytest.raises(Unreachable):
        call(receiver.url)


def test_closing_within_the_body_leaves_the_status(receiver: Receiver) -> None:
    receiver.respond = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
    assert call(receiver.url) == Answer(200, b"half", None, "127.0.0.1")


def test_a_request_that_is_not_read_costs_no_more() -> None:
    with socket.socket() as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        started = time.monotonic()
        caller = Caller(LOCAL, timeout_seconds=0.5)
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}/"
        with pytest.raises(TimedOut):
            post(caller, url, HEADERS, b"x" * 20_000_000)
        assert time.monotonic() - started < 1.0


def test_tls_is_verified_for_the_name() -> None:
    authority = Authority()
    with Receiver(tls=authority.server_context("blog.example")) as receiver:
        trusting = authority.client_context()
        local = Names(["127.0.0.1"])
        url = f"https://blog.example:{receiver.port}/hook"
        assert call(url, resolver=local, tls=trusting).status == 204
        assert authority.asked_names == ["blog.example"]
        with pytest.raises(Unreachable, match=r"TLS: .*mismatch"):
            call(url.replace("blog", "other"), resolver=local, tls=trusting)
        with pytest.raises(Unreachable, match=r"TLS: .*IP address mismatch"):
            call(receiver.url, tls=trusting)
        with pytest.raises(Unreachable, match=r"TLS: .*self-signed|TLS: unable to get"):
            call(url, resolver=local, tls=None)
        assert len(receiver.received) == 1


def test_plain_http_at_a_tls_url_is_unreachable(receiver: Receiver) -> None:
    with pytest.raises(Unreachable, match="TLS"):
        call(receiver.url.replace("http", "https"))


def test_a_tls_handshake_that_hangs_costs_no_more() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        _times_out(f"https://127.0.0.1:{silent.getsockname()[1]}/")


def test_what_is_trusted_by_default_verifies_names() -> None:
    assert _trusted().verify_mode is ssl.CERT_REQUIRED
    assert _trusted().check_hostname


def _times_out(url: str) -> None:
    started = time.monotonic()
    with pytest.raises(TimedOut):
        call(url, seconds=0.4)
    assert time.monotonic() - started < 0.9
