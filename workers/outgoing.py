"""Outgoing HTTP: the one place that sends a request to a URL that a user chose.

NoAnswer            nothing came back
  Blocked           the URL or an address of its host is not one that may be called
  TimedOut          15 s were not enough
  Unreachable       no such host, refused, TLS failed, closed early, not HTTP
"""

import ssl
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import httpcore

from workers.addresses import Address, AllowList
from workers.destinations import BadDestination, Destination, parse_destination
from workers.pinned import Deadline, PinnedBackend
from workers.resolving import Resolver, resolve, system_resolver

TIMEOUT_SECONDS = 15.0
MAX_ANSWER_BYTES = 65_536
MAX_ADDRESSES = 4  # that are tried, of those that a name has; all of them are checked


class NoAnswer(Exception):
    """The request was not answered; `address` is where the last connection went, if one did."""

    address: str | None = None


class Blocked(NoAnswer):
    """The destination is not one to call; nothing was sent."""


class TimedOut(NoAnswer):
    """No answer within the time."""


class Unreachable(NoAnswer):
    """The connection or the protocol failed."""


@dataclass(frozen=True)
class Answer:
    """What the receiver said: `body` is its first bytes, `retry_after` the field's text."""

    status: int
    body: bytes
    retry_after: str | None
    address: str


@dataclass(frozen=True)
class Caller:
    """Who calls: what is allowed, how names resolve, whose certificates are trusted."""

    allow: AllowList
    resolver: Resolver = system_resolver
    tls: ssl.SSLContext | None = None
    timeout_seconds: float = TIMEOUT_SECONDS


def post(caller: Caller, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
    """POST `body` to `https://example.org/hook` and return the answer; raise NoAnswer.

    The name is resolved once, every address that it has is checked, and the connection goes to
    a checked address, with TLS verified for the name. No redirect is followed and no proxy
    used. The status line is the answer: a body that stops or goes on for ever is only cut.
    """
    deadline = Deadline(caller.timeout_seconds)
    try:
        destination = parse_destination(url)
    except BadDestination as error:
        raise Blocked(str(error)) from error
    addresses = checked_addresses(caller, destination, deadline)
    return _try_each(caller, destination, addresses, deadline, headers, body)


def checked_addresses(
    caller: Caller, destination: Destination, deadline: Deadline
) -> Sequence[Address]:
    """Return every address of a destination; raise NoAnswer unless each one may be called."""
    addresses = _addresses(caller, destination, deadline)
    for address in addresses:
        reason = caller.allow.refusal(destination.host, address)
        if reason is not None:
            raise Blocked(f"{destination.host} is at {address}, which is {reason}")
    return addresses


def _addresses(caller: Caller, destination: Destination, deadline: Deadline) -> Sequence[Address]:
    if destination.address is not None:
        return [destination.address]
    try:
        addresses = resolve(caller.resolver, destination.host, deadline.remaining())
    except TimeoutError as error:
        raise TimedOut(f"{destination.host} was not resolved in time") from error
    except (OSError, ValueError) as error:
        raise Unreachable(f"{destination.host} has no address") from error
    if not addresses:
        raise Unreachable(f"{destination.host} has no address")
    return addresses


def _try_each(
    caller: Caller,
    destination: Destination,
    addresses: Sequence[Address],
    deadline: Deadline,
    headers: Mapping[str, str],
    body: bytes,
) -> Answer:
    context = (caller.tls or _trusted()) if destination.scheme == "https" else None
    fault: NoAnswer = Unreachable("no address was tried")
    for address in addresses[:MAX_ADDRESSES]:
        backend = PinnedBackend(address, deadline, MAX_ANSWER_BYTES)
        try:
            return _request(destination, str(address), backend, context, headers, body)
        except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
            kind = TimedOut if isinstance(error, httpcore.ConnectTimeout) else Unreachable
            fault = kind(str(error))  # nothing was sent: the next address may do better
            fault.address = str(address)
    raise fault


def _request(
    destination: Destination,
    address: str,
    backend: PinnedBackend,
    context: ssl.SSLContext | None,
    headers: Mapping[str, str],
    body: bytes,
) -> Answer:
    url = httpcore.URL(
        scheme=destination.scheme,
        host=destination.host,
        port=destination.port,
        target=destination.target,
    )
    fields = [
        *headers.items(),
        ("host", destination.authority),
        ("accept-encoding", "identity"),
        ("connection", "close"),
    ]
    try:
        with (
            httpcore.HTTPConnection(
                url.origin, ssl_context=context, network_backend=backend
            ) as connection,
            connection.stream("POST", url, headers=fields, content=body) as response,
        ):
            return Answer(response.status, _body(response), _retry_after(response), address)
    except (httpcore.ReadTimeout, httpcore.WriteTimeout) as error:
        raise _at(address, TimedOut(str(error))) from error
    except (httpcore.ReadError, httpcore.WriteError, httpcore.ProtocolError) as error:
        raise _at(address, Unreachable(str(error))) from error


def _body(response: httpcore.Response) -> bytes:
    received = bytearray()
    try:
        for chunk in response.iter_stream():
            received += chunk
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError):
        pass  # too long, too slow or cut off: the status has been said
    return bytes(received)


def _retry_after(response: httpcore.Response) -> str | None:
    for name, value in response.headers:
        if name.lower() == b"retry-after":
            return value.decode("latin-1")
    return None


def _at(address: str, fault: NoAnswer) -> NoAnswer:
    fault.address = address
    return fault


def _trusted() -> ssl.SSLContext:
    # The system's certificates and certifi's. Loading them takes 30 ms and more, and `cache`
    # alone would let a hundred threads that start together do it a hundred times.
    with _loading:
        return _default_context()


_loading = threading.Lock()
_default_context = cache(httpcore.default_ssl_context)
