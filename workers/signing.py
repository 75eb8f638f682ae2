"""Signatures of webhooks, after Standard Webhooks 1.0.0 (standardwebhooks.com)."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence

SECRET_PREFIX = "whsec_"  # noqa: S105 - the prefix of every secret, not one
_SECRET_BYTES = 32  # the specification wants 24 to 64


def new_secret() -> str:
    """Return a fresh secret: `whsec_` and 32 random bytes in base64."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def sign(keys: Sequence[str], message_id: str, timestamp: int, body: bytes) -> str:
    """Return `webhook-signature`: a `v1,…` for each key, the newest first, space-separated.

    `keys` are `whsec_…` secrets, `timestamp` is in Unix seconds. Raises ValueError for a key
    that is not base64.
    """
    signed = f"{message_id}.{timestamp}.".encode() + body
    return " ".join(f"v1,{_signature(key, signed)}" for key in keys)


def _signature(key: str, signed: bytes) -> str:
    secret = base64.b64decode(key.removeprefix(SECRET_PREFIX), validate=True)
    return base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode()
