"""Sealing: secrets that must be read again are stored encrypted with TACTFUL_SECRET_KEY."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken


class WrongSecretKey(Exception):
    """What was sealed cannot be opened: TACTFUL_SECRET_KEY is not the one that sealed it."""


class Sealer:
    """Seals and opens short texts (Fernet: AES-128-CBC with HMAC-SHA256)."""

    def __init__(self, secret_key: str) -> None:
        digest = hashlib.sha256(b"tactful sealing 1\0" + secret_key.encode()).digest()
        self._fernet = Fernet(base64.urlsafe_b64encode(digest))

    def seal(self, text: str) -> str:
        """Return `text` encrypted and authenticated."""
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """Return the text that was sealed; raise WrongSecretKey."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise WrongSecretKey(
                "a stored secret cannot be opened; set TACTFUL_SECRET_KEY to the key it was"
                " stored with, or rotate the webhook's secret"
            ) from error
