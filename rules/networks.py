"""Address ranges: what one network of a provider or a hosting company mostly is."""

from ipaddress import ip_address, ip_network

PREFIX_BITS = {4: 24, 6: 48}


def network_of(ip: str | None) -> str | None:
    """Return the /24 (IPv4) or /48 (IPv6) that an address, or a range, lies in; None: no address.

    An IPv4 address written as IPv6 (`::ffff:203.0.113.9`) lies in its IPv4 range.
    """
    given = (ip or "").strip().partition("%")[0].partition("/")[0]
    try:
        address = ip_address(given)
    except ValueError:
        return None
    address = getattr(address, "ipv4_mapped", None) or address
    return str(ip_network((address, PREFIX_BITS[address.version]), strict=False))
