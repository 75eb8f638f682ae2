"""Forecast: whether a webhook's URL would be refused when it is called, as far as can be told now.

The judgement that counts is made on each attempt (`workers.outgoing`). This one is for whoever
adds an endpoint, who should hear of it at once. A name that does not resolve may do so later.
"""

from workers.addresses import AllowList
from workers.destinations import parse_destination
from workers.resolving import Resolver, resolve

SECONDS = 1.0  # for the name; whoever adds an endpoint waits
_PRIVATE = (
    ".localhost", ".localdomain", ".localdomain6", ".local", ".internal", ".home.arpa",
    ".intranet", ".lan", ".corp", ".home", ".private", ".svc", ".localnet",
)  # fmt: skip
_NOWHERE = (".example", ".example.com", ".example.net", ".example.org", ".test", ".invalid")


def foreseen_refusal(url: str, allow: AllowList, resolver: Resolver) -> str | None:
    """Return why a well-formed URL will not be called, None where nothing speaks against it.

    Raises BadDestination.
    """
    destination = parse_destination(url)
    host = destination.host
    if destination.address is not None:
        reason = allow.refusal(host, destination.address)
        return reason and f"is at an address that is {reason}"
    if host in allow.names or host.endswith(_NOWHERE):  # RFC 2606, 6761: nobody resolves these
        return None
    try:
        addresses = resolve(resolver, host, SECONDS)
    except (OSError, ValueError):  # no such name, or not in time
        addresses = []
    reasons = [reason for address in addresses if (reason := allow.refusal(host, address))]
    if reasons:
        return f"is at an address that is {reasons[0]}"
    if not addresses and ("." not in host or host.endswith(_PRIVATE)):
        return "has a host name of private networks"
    return None
