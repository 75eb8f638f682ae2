"""Address ranges: what one sender has, and what one network of a provider mostly is."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

PREFIX_BITS = {4: 24, 6: 48}
HOSTS_OF_ONE = 64  # bits: whoever has an IPv6 address has all of its /64


Address = IPv4Address | IPv6Address


def address_of(ip: str) -> Address | None:
    """Return an address without a zone, or None where `ip` is none.

    An IPv4 address written as IPv6 (`::ffff:203.0.113.9`, as Node.js has it) is an IPv4 address.
    """
    try:
        address = ip_address(ip.strip().partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def network_of(ip: str | None) -> str | None:
    """Return the /24 (IPv4) or /48 (IPv6) that an address or a range lies in, None for neither."""
    address = address_of((ip or "").partition("/")[0])
    if address is None:
        return None
    return str(ip_network((address, PREFIX_BITS[address.version]), strict=False))


def neighbourhood(address: str) -> str:
    """Return what one sender has at the least: an IPv4 address, or the /64 of an IPv6 address."""
    parsed = address_of(address)
    if parsed is None:  # of a unix socket, or with a port
        return address
    if isinstance(parsed, IPv4Address):
        return str(parsed)
    return str(ip_network((parsed, HOSTS_OF_ONE), strict=False).network_address)
