"""A small OpenID Connect provider over HTTP: the code flow with PKCE, and lies on demand."""

import base64
import hashlib
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, abort, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from werkzeug.serving import make_server

CLIENT_ID, CLIENT_SECRET = "tactful", "the client's secret, long enough for HS256"


@dataclass
class OidcProvider:
    """Who signs in is `email`; `lies` replace claims of the token, None takes one away."""

    issuer: str = ""
    email: str = "ann@blog.example"
    lies: dict[str, Any] = field(default_factory=dict)
    algorithm: str = "RS256"
    email_in_token: bool = True
    subject_of_userinfo: str = "ann"
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def identity(self) -> dict[str, Any]:
        return {"email": self.email, "email_verified": True}

    def token(self, nonce: str) -> str:
        now = int(time.time())
        claims = {"iss": self.issuer, "sub": "ann", "aud": CLIENT_ID, "iat": now, "exp": now + 60}
        claims |= {"nonce": nonce, **(self.identity() if self.email_in_token else {})}
        claims = {k: v for k, v in (claims | self.lies).items() if v is not None}
        header = {"alg": self.algorithm, "kid": self.key.kid}
        key = OctKey.import_key(CLIENT_SECRET) if self.algorithm == "HS256" else self.key
        return str(jwt.encode(header, claims, key, algorithms=[self.algorithm]))


@contextmanager
def running_provider() -> Iterator[OidcProvider]:
    provider = OidcProvider()
    server = make_server("127.0.0.1", 0, _app(provider), threaded=True)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield provider
    server.shutdown()
    server.server_close()
    thread.join(5)


def _app(provider: OidcProvider) -> Flask:
    app = Flask("provider")
    app.before_request(lambda: provider.asked.append(request.path))

    @app.get("/.well-known/openid-configuration")
    def metadata() -> Response:
        ends = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
        found = {f"{name}_endpoint": f"{provider.issuer}/{path}" for name, path in ends.items()}
        return jsonify(issuer=provider.issuer, jwks_uri=f"{provider.issuer}/keys", **found)

    @app.get("/keys")
    def keys() -> Response:
        return jsonify(keys=[provider.key.as_dict(private=False)])

    @app.get("/authorize")
    def authorize() -> Any:
        asked = request.args
        assert asked["client_id"] == CLIENT_ID
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert set(asked["scope"].split()) == {"openid", "email"}
        code = secrets.token_urlsafe(16)
        provider.codes[code] = dict(asked)
        back = urlencode({"code": code, "state": asked["state"]})
        return redirect(f"{asked['redirect_uri']}?{back}")

    @app.post("/token")
    def token() -> Any:
        if (asked := _honest(provider.codes.pop(request.form["code"], None))) is None:
            return jsonify(error="invalid_grant"), 400
        given = {"access_token": "an access token", "token_type": "Bearer", "expires_in": 60}
        return jsonify(**given, id_token=provider.token(asked["nonce"]))

    @app.get("/userinfo")
    def userinfo() -> Response:
        if request.headers["Authorization"] != "Bearer an access token":
            abort(401)
        return jsonify(sub=provider.subject_of_userinfo, **provider.identity())

    return app


def _honest(asked: dict[str, str] | None) -> dict[str, str] | None:
    """Return what was asked for, if this is the client that asked and has its verifier."""
    digest = hashlib.sha256(request.form["code_verifier"].encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    who = request.authorization
    if asked is None or who is None or (who.username, who.password) != (CLIENT_ID, CLIENT_SECRET):
        return None
    wanted = (asked["code_challenge"], asked["redirect_uri"])
    return asked if wanted == (challenge, request.form["redirect_uri"]) else None
