"""Internet addresses: which of them a webhook may be sent to.

Only global unicast is called. The tables follow IANA's special-purpose address registries
(RFC 6890 and its updates, read in 2026) in place of `ipaddress.is_global`, whose answers differ
between patch releases of Python and which calls multicast and 6to4 addresses global.
"""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_V4_SPECIAL: tuple[tuple[str, str], ...] = (
    ("0.0.0.0/8", "unspecified"),
    ("10.0.0.0/8", "private"),
    ("100.64.0.0/10", "carrier-grade NAT"),  # Alibaba's metadata service is in it
    ("127.0.0.0/8", "loopback"),
    ("168.63.129.16/32", "a metadata service"),  # Azure's, at an address that looks public
    ("169.254.0.0/16", "link-local"),  # the metadata services of most clouds are in it
    ("172.16.0.0/12", "private"),
    ("192.0.0.0/24", "reserved for protocols"),  # Oracle's metadata service is in it
    ("192.0.2.0/24", "for documentation"),
    ("192.31.196.0/24", "reserved for protocols"),
    ("192.52.193.0/24", "reserved for protocols"),
    ("192.88.99.0/24", "a 6to4 relay"),
    ("192.168.0.0/16", "private"),
    ("192.175.48.0/24", "reserved for protocols"),
    ("198.18.0.0/15", "for benchmarking"),
    ("198.51.100.0/24", "for documentation"),
    ("203.0.113.0/24", "for documentation"),
    ("224.0.0.0/4", "multicast"),
    ("240.0.0.0/4", "reserved"),
)
_V6_SPECIAL: tuple[tuple[str, str], ...] = (
    ("::/128", "unspecified"),
    ("::1/128", "loopback"),
    ("::ffff:0:0/96", "IPv4-mapped"),
    ("::ffff:0:0:0/96", "IPv4-translated"),
    ("::/96", "IPv4-compatible"),
    ("64:ff9b::/96", "NAT64"),
    ("64:ff9b:1::/48", "NAT64"),
    ("100::/64", "discard-only"),
    ("2001::/32", "Teredo"),
    ("2001:2::/48", "for benchmarking"),
    ("2001::/23", "reserved for protocols"),
    ("2001:db8::/32", "for documentation"),
    ("2002::/16", "6to4"),
    ("2620:4f:8000::/48", "reserved for protocols"),
    ("3ffe::/16", "reserved"),  # the 6bone, given back
    ("3fff::/20", "for documentation"),
    ("fc00::/7", "private"),
    ("fe80::/10", "link-local"),
    ("fec0::/10", "site-local"),
    ("ff00::/8", "multicast"),
)
_REFUSED: tuple[tuple[Network, str], ...] = tuple(
    (ip_network(network), reason) for network, reason in (*_V4_SPECIAL, *_V6_SPECIAL)
)
_V6_GLOBAL_UNICAST = IPv6Network("2000::/3")
_ISATAP_MARKS = frozenset({0x00005EFE, 0x02005EFE})  # RFC 5214: an IPv4 address in the host part
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


def refusal(address: Address) -> str | None:
    """Return what is wrong with an address as a destination, None for global unicast."""
    for network, reason in _REFUSED:
        if address.version == network.version and address in network:
            return reason
    if isinstance(address, IPv4Address):
        return None
    if address.scope_id is not None:
        return "bound to a zone"
    if address not in _V6_GLOBAL_UNICAST:
        return "not global unicast"
    if (int(address) >> 32) & 0xFFFFFFFF in _ISATAP_MARKS:
        return "an ISATAP tunnel"
    return None


def literal_address(host: str) -> Address | None:
    """Return the address that `host` spells, None where it is a name.

    Raises ValueError for what the C library would take for an address but is not the usual
    spelling: `2130706433`, `0x7f.1`, `0177.0.0.1`, `127.1` (the "ends in a number" rule of the
    WHATWG URL Standard), or an IPv6 address with a zone.
    """
    try:
        address = ip_address(host)
    except ValueError:
        if ":" in host or _NUMBER.fullmatch(host.rstrip(".").rpartition(".")[2].lower()):
            raise ValueError("not a host name or the usual form of an address") from None
        return None
    if isinstance(address, IPv6Address) and address.scope_id is not None:
        raise ValueError("an address with a zone is not allowed")
    return address


def is_host_name(text: str) -> bool:
    """Whether `text` is a lower-case ASCII host name (and no address)."""
    labels = text.removesuffix(".").split(".")
    named = len(text) <= 253 and all(_LABEL.fullmatch(label) for label in labels)  # noqa: PLR2004 - RFC 1035
    return named and not _NUMBER.fullmatch(labels[-1])


@dataclass(frozen=True)
class AllowList:
    """What an operator opened although it is not global unicast: no more than is named."""

    networks: tuple[Network, ...] = ()
    names: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, text: str) -> "AllowList":
        """Read `10.1.0.0/16, hooks.internal`: CIDRs, addresses or host names.

        Entries are separated by commas or spaces. Raises ValueError that names a bad entry.
        """
        networks: list[Network] = []
        names: set[str] = set()
        for entry in text.replace(",", " ").split():
            try:
                networks.append(ip_network(entry))
            except ValueError:
                name = entry.lower()
                if not is_host_name(name):
                    raise ValueError(f"{entry!r} is not a CIDR or a host name") from None
                names.add(name.removesuffix("."))
        return cls(tuple(networks), frozenset(names))

    def refusal(self, host: str, address: Address) -> str | None:
        """Return why `address`, which `host` resolved to, may not be called; None if it may."""
        if host.lower().removesuffix(".") in self.names:
            return None
        if any(address.version == net.version and address in net for net in self.networks):
            return None
        return refusal(address)
