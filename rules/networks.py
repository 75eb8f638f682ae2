"""Address ranges: what one network of a provider or a hosting company mostly is."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

PREFIX_BITS = {4: 24, 6: 48}


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
