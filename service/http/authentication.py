"""Authentication: which site a request's key opens."""

import hashlib
import threading
import time
from collections.abc import Callable

from flask import g, request

from service.http.problems import Refused
from service.http.rates import RateLimits
from store.database import Database
from store.records import Site
from store.sites import site_of_key

REMEMBERED_SECONDS = 1.0  # so a revoked key works for one second more, at most
MAX_REMEMBERED = 1_000


class KeyRing:
    """Finds sites by key, and remembers each for a second: a busy site asks once a second.

    Only keys that open something are remembered, by digest, so guesses cost memory to nobody.
    """

    def __init__(
        self,
        database: Database,
        now: Callable[[], float] = time.monotonic,
        limits: RateLimits | None = None,
    ) -> None:
        self._database = database
        self._limits = limits
        self._now = now
        self._lock = threading.Lock()
        self._known: dict[bytes, tuple[float, Site]] = {}

    def caller(self, key: str) -> Site | None:
        """Return the site that this request speaks for; raise StoreUnavailable and TooOften.

        The request is counted: as its site's, or as a guess of its address.
        """
        site = self.site(key)
        if site is not None:
            g.site_id = site.id
        if self._limits is not None:
            if site is None:
                self._limits.count_wrong_key(request.remote_addr or "")
            else:
                self._limits.count_request(site.id)
        return site

    def site(self, key: str) -> Site | None:
        """Return the site that the key opens; raise StoreUnavailable."""
        digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()
        now = self._now()
        with self._lock:
            until, site = self._known.get(digest, (now, None))
        if site is not None and until > now:
            return site
        with self._database.read() as tx:
            site = site_of_key(tx, key)
        self._remember(digest, site, now)
        return site

    def _remember(self, digest: bytes, site: Site | None, now: float) -> None:
        with self._lock:
            if site is None:
                self._known.pop(digest, None)
                return
            if len(self._known) >= MAX_REMEMBERED:
                self._known.clear()
            self._known[digest] = (now + REMEMBERED_SECONDS, site)


def bearer_key() -> str:
    """Return the key of `Authorization: Bearer KEY` (RFC 6750); raise Refused."""
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not (key := key.strip()):
        raise Refused("unauthorized")
    return key


def authenticated_site(keys: KeyRing) -> Site:
    """Return the site that the request speaks for; raise Refused."""
    site = keys.caller(bearer_key())
    if site is None:
        raise Refused("unauthorized")
    return site
