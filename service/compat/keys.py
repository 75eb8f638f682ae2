"""Keys: which site a drop-in client's key opens, wherever its protocol puts it."""

from flask import request

from service.http.authentication import KeyRing
from store.records import Site
from store.sites import AKISMET_KEY_LENGTH

MAX_KEY_LENGTH = 200  # longer ones are no keys, and not worth a look into the database


def bearer_key() -> str:
    """Return the key of `Authorization: Bearer KEY`, "" where there is none."""
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


def site_of(keys: KeyRing, key: str) -> Site | None:
    """Return the site that a key of either kind opens; raise StoreUnavailable and TooOften.

    A short key is compared without regard to case: old clients send it as a host name's first
    label, and whatever parses their URLs may write that in lower case.
    """
    key = key.strip()
    if not key or len(key) > MAX_KEY_LENGTH:
        return None
    return keys.caller(key.lower() if len(key) == AKISMET_KEY_LENGTH else key)
