"""Sealing: what must be read again is stored encrypted with TACTFUL_SECRET_KEY.

What must only be recognised is stored as a hash with a key from the same.
"""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken


class WrongSecretKey(Exception):
    """What was sealed cannot be opened: TACTFUL_SECRET_KEY is not the one that sealed it."""


class Sealer:
    """Seals and opens short texts (Fernet: AES-128-CBC with HMAC-SHA256), and hashes them."""

    def __init__(self, secret_key: str) -> None:
        digest = hashlib.sha256(b"tactful sealing 1\0" + secret_key.encode()).digest()
        self._fernet = Fernet(base64.urlsafe_b64encode(digest))
        self._hash_key = hashlib.sha256(b"tactful hashing 1\0" + secret_key.encode()).digest()

    def seal(self, text: str) -> str:
        """Return `text` encrypted and authenticated."""
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str, seconds: int | None = None) -> str:
        """Return the text that was sealed, in the last `seconds`; raise WrongSecretKey."""
        try:
            return self._fernet.decrypt(sealed.encode(), seconds).decode()
        except InvalidToken as error:
            raise WrongSecretKey(
                "a stored secret cannot be opened; set TACTFUL_SECRET_KEY to the key it was"
                " stored with, or have `tactful db reseal` make new ones"
            ) from error

    def digest(self, *parts: str) -> str:
        """Return a keyed hash (HMAC-SHA256) in 64 hex digits.

        Nobody without the key can try guesses against it, not even all 2^32 IP addresses.
        """
        message = "\0".join(parts).encode()
        return hmac.new(self._hash_key, message, hashlib.sha256).hexdigest()
