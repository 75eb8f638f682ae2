"""Which addresses may be called: the special-purpose ones and their odd spellings may not."""

from ipaddress import ip_address
from pathlib import Path

import pytest

from workers.addresses import AllowList, literal_address, refusal
from workers.destinations import BadDestination, parse_destination

_TABLES = Path(__file__).parent / "tables"
FORBIDDEN = (_TABLES / "forbidden_addresses.txt").read_text().split()
GLOBAL = (_TABLES / "global_addresses.txt").read_text().split()
ODD_HOSTS = (_TABLES / "odd_hosts.txt").read_text().split()
BAD_URLS = (_TABLES / "bad_urls.txt").read_text().split()


@pytest.mark.parametrize("address", FORBIDDEN)
def test_a_special_address_is_refused(address: str) -> None:
    assert refusal(ip_address(address))
    assert AllowList().refusal("example.org", ip_address(address))


@pytest.mark.parametrize("address", GLOBAL)
def test_a_global_unicast_address_is_called(address: str) -> None:
    assert refusal(ip_address(address)) is None


@pytest.mark.parametrize("host", ODD_HOSTS)
def test_another_spelling_of_an_address_is_no_destination(host: str) -> None:
    with pytest.raises(BadDestination):
        parse_destination(f"http://{host}/")


def test_a_final_dot_does_not_hide_an_address() -> None:
    assert parse_destination("http://127.0.0.1./").address == ip_address("127.0.0.1")
    with pytest.raises(ValueError, match="usual form"):
        literal_address("0x7f.1")


@pytest.mark.parametrize("url", BAD_URLS)
def test_an_odd_url_is_no_destination(url: str) -> None:
    with pytest.raises(BadDestination):
        parse_destination(url)


@pytest.mark.parametrize("character", ["\t", "\n", "\r", "\0", " ", "\x1b", "\x7f", "\u200b"])
def test_invisible_characters_are_not_dropped_but_refused(character: str) -> None:
    with pytest.raises(BadDestination, match="visible ASCII"):
        parse_destination(f"http://exa{character}mple.org/")


def test_a_destination_is_taken_apart() -> None:
    found = parse_destination("HTTPS://Example.ORG.:8443/a/b?x=1&y=%20#fragment")
    assert (found.scheme, found.host, found.port) == ("https", "example.org", 8443)
    assert (found.target, found.authority) == ("/a/b?x=1&y=%20", "example.org:8443")
    assert parse_destination("http://example.org").target == "/"
    assert parse_destination("http://example.org:80?x").authority == "example.org"
    assert parse_destination("http://[2A01:4F8::1]:81/").authority == "[2a01:4f8::1]:81"


def test_an_allow_list_opens_what_it_names_and_no_more() -> None:
    allow = AllowList.parse("10.1.0.0/16, hooks.internal 127.0.0.1 fd00::/8,,")
    assert allow.refusal("x", ip_address("10.1.2.3")) is None
    assert allow.refusal("x", ip_address("127.0.0.1")) is None
    assert allow.refusal("x", ip_address("fd00::7")) is None
    assert allow.refusal("HOOKS.internal.", ip_address("192.168.0.1")) is None
    for address in ("10.2.0.1", "127.0.0.2", "::ffff:10.1.2.3", "::ffff:127.0.0.1", "fc00::1"):
        assert allow.refusal("x", ip_address(address)), address
    assert allow.refusal("sub.hooks.internal", ip_address("192.168.0.1")) == "private"


@pytest.mark.parametrize(
    "entry", ["10.0.0.1/8", "10.0.0.0/33", "http://x", "a:80", "*.x", "10.0.0", "-a", "0x7f.1", "é"]
)
def test_a_malformed_entry_of_an_allow_list_is_named(entry: str) -> None:
    with pytest.raises(ValueError, match="is not a CIDR or a host name") as caught:
        AllowList.parse(f"10.0.0.0/8 {entry}")
    assert repr(entry) in str(caught.value)
