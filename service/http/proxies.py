"""Proxies: whose word on where a request came from is believed.

Anybody may send `X-Forwarded-For`. It is read only from a proxy that the operator named, and only
as far as such proxies wrote it: from its right end, up to the first address that is none of them.
Where a private address sends it that nobody named, it may be a proxy that everybody comes through:
`sender_of` then tells its callers apart, for what would lock one out for what another did.
"""

from collections.abc import Callable, Iterable, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any

import structlog

from rules.networks import neighbourhood

Environ = dict[str, Any]
Wsgi = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
Network = IPv4Network | IPv6Network

_SENDER = "tactful.sender"

log = structlog.get_logger()


def parse_networks(text: str) -> list[Network]:
    """Return the networks of a list like `10.0.0.0/8, 192.0.2.7`; raise ValueError."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    return [ip_network(part) for part in parts]


def behind_proxies(app: Wsgi, trusted: Sequence[Network]) -> Wsgi:
    """Return a WSGI app whose REMOTE_ADDR is the client's, as far as trusted proxies say."""
    unnamed: list[str] = []

    def told(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        chain = str(environ.get("HTTP_X_FORWARDED_FOR", "")).split(",")
        peer = str(environ.get("REMOTE_ADDR", ""))
        environ["REMOTE_ADDR"] = client_address(peer, chain, trusted)
        if chain != [""] and _may_be_a_proxy(peer) and not _is_in(peer, trusted):
            environ[_SENDER] = f"{peer} {chain[-1].strip()}"
            if not unnamed:  # once a process
                unnamed.append(peer)
                log.warning("proxy_not_named", address=peer, setting="TACTFUL_TRUSTED_PROXIES")
        return app(environ, start_response)

    return told


def sender_of(environ: Environ) -> str:
    """Return who sent a request, as far as that tells senders apart: a neighbourhood, or two.

    The second is what a private address that is not trusted says of who asked it. Whoever is in the
    private network can make it up, so it bears no right: it only keeps failures apart.
    """
    sender = str(environ.get(_SENDER) or environ.get("REMOTE_ADDR", ""))
    return " ".join(neighbourhood(address) for address in sender.split(" ", 1))


def client_address(peer: str, chain: Sequence[str], trusted: Sequence[Network]) -> str:
    """Return the nearest address that is no trusted proxy's; `chain` ends with the nearest."""
    address = peer
    for claimed in reversed(chain):
        if not _is_in(address, trusted):
            break
        if not _is_address(claimed.strip()):
            break
        address = claimed.strip()
    return address


def _is_in(address: str, networks: Sequence[Network]) -> bool:
    return _is_address(address) and any(ip_address(address) in network for network in networks)


def _may_be_a_proxy(address: str) -> bool:
    return _is_address(address) and ip_address(address).is_private


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
