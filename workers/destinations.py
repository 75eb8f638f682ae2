"""Destinations: the URL of a webhook, taken apart once and by strict rules.

URL parsers disagree about odd spellings, and requests get past checks through the difference
(Orange Tsai, "A New Era of SSRF", 2017). So what is odd is refused, and whoever connects works
from the parts that were checked, never from the text.
"""

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import SplitResult, urlsplit

from workers.addresses import Address, is_host_name, literal_address

MAX_URL_LENGTH = 2_000
_VISIBLE_ASCII = re.compile(r"[!-~]+")
_AUTHORITY = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::[0-9]*)?")
_ODD = frozenset('\\"<>^`{|}')
_DEFAULT_PORTS = {"http": 80, "https": 443}


class BadDestination(ValueError):
    """A webhook cannot have this URL; the message says why, without repeating any of it."""


@dataclass(frozen=True)
class Destination:
    """Where to connect and what to ask for there.

    `host` is a lower-case ASCII name without a final dot, or an address without brackets, which
    then is `address` too. `target` is the path with the query.
    """

    scheme: Literal["http", "https"]
    host: str
    port: int
    target: str
    address: Address | None

    @property
    def authority(self) -> str:
        """Return the value of the Host field (RFC 9110, 7.2)."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"


def parse_destination(url: str) -> Destination:
    """Take `https://example.org:8443/hook?x=1` apart; raise BadDestination."""
    if len(url) > MAX_URL_LENGTH:
        raise BadDestination(f"a URL has at most {MAX_URL_LENGTH} characters")
    if not _VISIBLE_ASCII.fullmatch(url) or not _ODD.isdisjoint(url):
        raise BadDestination(
            "a URL is of visible ASCII: percent-encode the path, write the host as xn--…"
        )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BadDestination("not a URL: its host or its port is malformed") from error
    scheme = _scheme(parts)
    if "@" in parts.netloc:
        raise BadDestination("a URL may not have a user name or password in it")
    if not _AUTHORITY.fullmatch(parts.netloc):
        raise BadDestination("the URL needs a host name, or an address, after the //")
    if port == 0:
        raise BadDestination("not a port: 0")
    host, address = _host(parts)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Destination(scheme, host, port or _DEFAULT_PORTS[scheme], target, address)


def _scheme(parts: SplitResult) -> Literal["http", "https"]:
    match parts.scheme:
        case "http":
            return "http"
        case "https":
            return "https"
    raise BadDestination("a URL starts with https:// or http://")


def _host(parts: SplitResult) -> tuple[str, Address | None]:
    host = (parts.hostname or "").removesuffix(".")
    try:
        address = literal_address(host)
    except ValueError as error:
        raise BadDestination(f"the host is {error}") from error
    if address is not None:
        return str(address), address
    if not is_host_name(host) or host.endswith("."):  # one final dot was taken off
        raise BadDestination("the host is not a host name")
    return host, None
