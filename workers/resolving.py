"""Resolving: the addresses of a host name, within a time."""

import socket
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from ipaddress import ip_address

from workers.addresses import Address

Resolver = Callable[[str], Sequence[Address]]


def system_resolver(host: str) -> list[Address]:
    """Ask the C library, in its order; raise OSError, or UnicodeError for a label too long."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    # A scope (`%eth0`) stays in the text, and `ip_address` keeps it: the check refuses it.
    return list(dict.fromkeys(ip_address(entry[4][0]) for entry in found))


def resolve(resolver: Resolver, host: str, seconds: float) -> Sequence[Address]:
    """Return what `resolver` says; raise OSError, or TimeoutError after `seconds`.

    getaddrinfo takes no time-out, and a domain's owner decides how slow its server answers. So
    it runs in a thread that is left behind when it is late; it ends when the library gives up.
    """
    answer: Future[Sequence[Address]] = Future()

    def ask() -> None:
        try:
            answer.set_result(resolver(host))
        except Exception as error:
            answer.set_exception(error)

    threading.Thread(target=ask, name="resolving", daemon=True).start()
    return answer.result(timeout=seconds)
