"""An identity provider that speaks OpenID Connect, asked by the code flow with PKCE.

What it says is believed once the token's signature, issuer, audience, times and nonce are checked.
Its metadata and keys are kept for minutes, so that strangers who ask to be sent there cost no
request each.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from service.http.provider import Attempt, ProviderFault, ProviderSettings

SECONDS = 5  # for each answer
KEPT_SECONDS = 300.0  # metadata and keys; a token that these do not verify has them read again
LEEWAY = 60  # seconds by which clocks may differ
# Never `none`, and never a key that both sides have.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"]


class OpenIdProvider:
    """Asks one provider who somebody is. `callback` is our address that it sends people back to."""

    def __init__(self, settings: ProviderSettings) -> None:
        self.settings = settings
        self._kept: dict[str, tuple[float, dict[str, Any]]] = {}  # by URL, until when

    def address(self, attempt: Attempt, callback: str) -> str:
        """Return where the browser goes to sign in; raise ProviderFault."""
        with _faults_named():
            known = self._metadata()
            url, _ = self._client(known, callback).create_authorization_url(
                known["authorization_endpoint"],
                state=attempt.state,
                nonce=attempt.nonce,
                code_verifier=attempt.verifier,
            )
        return str(url)

    def email(self, attempt: Attempt, callback: str, arrived: str) -> str:
        """Return the verified e-mail address of who came back to `arrived`; raise ProviderFault."""
        with _faults_named():
            known = self._metadata()
            client = self._client(known, callback)
            token = client.fetch_token(
                known["token_endpoint"],
                authorization_response=arrived,
                state=attempt.state,
                code_verifier=attempt.verifier,
                timeout=SECONDS,
            )
            claims = self._believed(known, token, attempt.nonce)
            if "email" not in claims and "userinfo_endpoint" in known:
                claims = _told(client, known["userinfo_endpoint"], claims["sub"])
        if claims.get("email_verified") not in (True, "true") or not claims.get("email"):
            raise ProviderFault("the provider vouches for no e-mail address")
        return str(claims["email"]).strip().lower()

    def _metadata(self) -> dict[str, Any]:
        issuer = self.settings.issuer
        known = self._json(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        if known.get("issuer") != issuer:
            raise ProviderFault("the provider calls itself by another name than the issuer's")
        return known

    def _client(self, known: dict[str, Any], callback: str) -> Any:  # noqa: ANN401 - untyped library
        methods = known.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        basic = "client_secret_basic" in methods
        return OAuth2Session(
            self.settings.client_id,
            self.settings.client_secret,
            token_endpoint_auth_method="client_secret_basic" if basic else "client_secret_post",
            scope="openid email",
            redirect_uri=callback,
            code_challenge_method="S256",
            leeway=0,  # by default, a token that lasts a minute is over as it arrives
        )

    def _believed(self, known: dict[str, Any], token: dict[str, Any], nonce: str) -> dict[str, Any]:
        read = self._verified(known["jwks_uri"], str(token.get("id_token", "")))
        expected = {
            "iss": {"essential": True, "value": self.settings.issuer},
            "aud": {"essential": True, "value": self.settings.client_id},
        }
        params = {"nonce": nonce, "client_id": self.settings.client_id}
        claims = CodeIDToken(read.claims, read.header, expected, params)
        claims.validate(leeway=LEEWAY)
        return dict(claims)

    def _verified(self, keys_url: str, token: str) -> jwt.Token:
        try:
            return _signed_by(self._json(keys_url), token)
        except JoseError:  # the provider may have other keys since
            self._kept.pop(keys_url, None)
            return _signed_by(self._json(keys_url), token)

    def _json(self, url: str) -> dict[str, Any]:
        until, found = self._kept.get(url, (0.0, {}))
        if time.monotonic() >= until:
            found = _json(url)
            self._kept[url] = time.monotonic() + KEPT_SECONDS, found
        return found


def _signed_by(keys: dict[str, Any], token: str) -> jwt.Token:
    return jwt.decode(token, KeySet.import_key_set(keys), algorithms=ALGORITHMS)  # type: ignore[arg-type]


def _told(client: Any, url: str, subject: str) -> dict[str, Any]:  # noqa: ANN401 - untyped library
    answer = client.get(url, timeout=SECONDS)
    answer.raise_for_status()
    claims: dict[str, Any] = answer.json()
    if claims.get("sub") != subject:
        raise ProviderFault("the provider tells of somebody else")
    return claims


def _json(url: str) -> dict[str, Any]:
    answer = requests.get(url, timeout=SECONDS, headers={"Accept": "application/json"})
    answer.raise_for_status()
    found = answer.json()
    if not isinstance(found, dict):
        raise ProviderFault("the provider answers with something else than an object")
    return found


@contextmanager
def _faults_named() -> Iterator[None]:
    try:
        yield
    except (requests.RequestException, AuthlibBaseError, JoseError, ValueError, KeyError) as error:
        # The kind alone: the library's own words may quote a token.
        raise ProviderFault(type(error).__name__) from error
