"""The identity provider of single sign-on, as the pages know it.

What asks it takes a tenth of a second to import, and is, where one is set up: see `openid`.

Errors
    ProviderFault    the provider cannot be reached, says no, or says what cannot be believed
"""

import secrets
from dataclasses import dataclass, field
from typing import Protocol

VERIFIER_BYTES = 48


class ProviderFault(Exception):
    """Somebody cannot be signed in; the text is for the log and holds nothing about them."""


@dataclass(frozen=True)
class ProviderSettings:
    """Which provider, and whom it may bring.

    `join` is the site whose moderators newcomers become, None for no newcomers; their addresses
    must then be of `domains`.
    """

    issuer: str
    client_id: str
    client_secret: str
    name: str
    join: str | None = None
    domains: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Attempt:
    """One attempt to sign in: what only the browser that began it knows."""

    next: str
    state: str = field(default_factory=secrets.token_urlsafe)
    nonce: str = field(default_factory=secrets.token_urlsafe)
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(VERIFIER_BYTES))


class Provider(Protocol):
    """Asks one provider who somebody is. `callback` is our address that it sends people back to."""

    settings: ProviderSettings

    def address(self, attempt: Attempt, callback: str) -> str:
        """Return where the browser goes to sign in; raise ProviderFault."""
        ...

    def email(self, attempt: Attempt, callback: str, arrived: str) -> str:
        """Return the verified e-mail address of who came back to `arrived`; raise ProviderFault."""
        ...
