"""What will not be called is refused when an endpoint is added, by address and by name."""

import time
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path

import pytest

from tests.workers.test_addresses import FORBIDDEN, GLOBAL
from workers.addresses import Address, AllowList
from workers.forecast import foreseen_refusal
from workers.outgoing import Blocked, Caller, post
from workers.resolving import Resolver

_TABLES = Path(__file__).parent / "tables"
PRIVATE_NAMES = (_TABLES / "private_names.txt").read_text().split()
NOBODY = AllowList()


def at(*addresses: str) -> Resolver:
    return lambda _host: [ip_address(address) for address in addresses]


def nowhere(_host: str) -> list[Address]:
    raise OSError("no such name")


def spelled(address: str) -> str:
    return f"[{address}]" if ":" in address else address


@pytest.mark.parametrize("address", [one for one in FORBIDDEN if "%" not in one])
def test_a_forbidden_address_is_refused_now_and_when_called_by_itself_and_by_name(
    address: str,
) -> None:
    assert foreseen_refusal(f"http://{spelled(address)}/", NOBODY, nowhere)
    assert foreseen_refusal("https://hooks.blog.com/", NOBODY, at("1.1.1.1", address))
    for url in (f"http://{spelled(address)}/", "http://hooks.blog.com/"):
        with pytest.raises(Blocked):
            post(Caller(NOBODY, resolver=at("1.1.1.1", address)), url, {}, b"")


@pytest.mark.parametrize("name", PRIVATE_NAMES)
def test_a_name_of_private_networks_is_refused_though_nobody_resolves_it(name: str) -> None:
    assert foreseen_refusal(f"http://{name}/", NOBODY, nowhere)
    assert foreseen_refusal(f"http://{name}/", NOBODY, at("127.0.0.1"))
    with pytest.raises(Blocked):
        post(Caller(NOBODY, resolver=at("169.254.169.254")), f"http://{name}/", {}, b"")


def test_there_are_over_two_hundred() -> None:
    assert len(set(FORBIDDEN) | set(PRIVATE_NAMES)) > 200


@pytest.mark.parametrize("address", GLOBAL)
def test_a_public_address_is_not_refused(address: str) -> None:
    assert foreseen_refusal(f"http://{spelled(address)}/", NOBODY, nowhere) is None
    assert foreseen_refusal("http://hooks.blog.com/", NOBODY, at(address)) is None


def test_what_an_operator_opened_is_not_refused() -> None:
    allow = AllowList.parse("10.0.0.0/8 hooks.internal")
    assert foreseen_refusal("http://hooks.internal/", allow, nowhere) is None
    assert foreseen_refusal("http://wordpress/", allow, at("10.1.2.3")) is None
    assert foreseen_refusal("http://wordpress/", allow, at("10.1.2.3", "192.168.0.1"))
    assert foreseen_refusal("http://other.internal/", allow, nowhere)


def test_a_name_that_does_not_resolve_now_may_do_so_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def hangs(_host: str) -> list[Address]:
        time.sleep(1)
        return [ip_address("10.0.0.1")]

    monkeypatch.setattr("workers.forecast.SECONDS", 0.05)
    slow: Callable[[str], list[Address]] = hangs
    for resolver in (nowhere, slow, at()):
        assert foreseen_refusal("https://hooks.blog.com/", NOBODY, resolver) is None
