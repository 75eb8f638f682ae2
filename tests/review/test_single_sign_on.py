"""Single sign-on: in comes whom the provider vouches for and the site knows."""

import time
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace

import httpx
import pytest
from flask.testing import FlaskClient
from joserfc.jwk import RSAKey
from playwright.sync_api import Browser

from service.app import create_app
from service.compose_web import make_provider
from service.context import ServiceContext
from service.http.openid import OpenIdProvider
from service.http.provider import ProviderSettings
from service.settings import Settings
from store.audit import list_audit
from tests.review.conftest import PASSWORD, Blog
from tests.review.oidc_provider import CLIENT_ID, CLIENT_SECRET, OidcProvider, running_provider
from tests.review.test_sign_in import enter

BACK = "/sign-in/provider/return"


@pytest.fixture
def provider() -> Iterator[OidcProvider]:
    with running_provider() as provider:
        yield provider


@pytest.fixture
def context(context: ServiceContext, provider: OidcProvider) -> ServiceContext:
    settings = ProviderSettings(
        provider.issuer,
        CLIENT_ID,
        CLIENT_SECRET,
        "Example",
        join="blog",
        domains=frozenset({"join.example"}),
    )
    return replace(context, provider=OpenIdProvider(settings))


@pytest.fixture
def client(context: ServiceContext, blog: Blog) -> FlaskClient:
    blog.person("ann@blog.example")
    return create_app(context).test_client()


def comes_back(client: FlaskClient, path: str = "/sign-in/provider?next=/appeals") -> str:
    """Leave for the provider, sign in there, and return where it sends the browser."""
    left = client.get(path)
    assert left.status_code == 303, left.text
    return str(httpx.get(left.headers["Location"]).headers["Location"])


def test_a_browser_goes_there_and_comes_back_signed_in(
    browser: Browser, url: str, blog: Blog
) -> None:
    blog.person("ann@blog.example")
    page = browser.new_page(base_url=url)
    page.goto("/audit")
    page.get_by_role("link", name="Sign in with Example").click()
    page.wait_for_url("**/audit")  # where she wanted to go
    assert page.locator(".me").inner_text() == "ann@blog.example"
    page.context.close()


def test_the_session_is_like_any_other(client: FlaskClient) -> None:
    arrived = client.get(comes_back(client))
    assert arrived.status_code == 303
    assert arrived.headers["Location"] == "/appeals"
    assert "HttpOnly" in str(arrived.headers.getlist("Set-Cookie"))
    assert client.get("/appeals").status_code == 200


def test_an_address_may_come_from_the_userinfo(client: FlaskClient, provider: OidcProvider) -> None:
    provider.email_in_token = False
    assert client.get(comes_back(client)).status_code == 303
    provider.subject_of_userinfo = "somebody else"
    assert client.get(comes_back(client)).status_code == 502


def test_who_comes_from_the_provider_is_not_opened_by_a_password(
    client: FlaskClient, context: ServiceContext
) -> None:
    """Whoever made the account knows its password, and may have a session of it."""
    thief, again = (create_app(context).test_client() for _ in range(2))
    assert enter(thief).status_code == 303
    assert client.get(comes_back(client)).status_code == 303
    assert thief.get("/review").status_code == 303
    for password in (PASSWORD, "!", ""):
        assert enter(thief, password).status_code == 401
    assert again.get(comes_back(again)).status_code == 303
    assert client.get("/review").status_code == 200  # that session began there, too


def test_strangers_who_ask_to_be_sent_there_cost_the_provider_nothing(
    client: FlaskClient, provider: OidcProvider
) -> None:
    for _ in range(3):
        assert client.get(comes_back(client)).status_code == 303
    known = ("/.well-known/openid-configuration", "/keys")
    assert [provider.asked.count(path) for path in known] == [1, 1]


@pytest.mark.parametrize("kid", ["one", "two"])
def test_the_keys_are_read_anew_when_the_provider_has_others(
    client: FlaskClient, provider: OidcProvider, kid: str
) -> None:
    assert client.get(comes_back(client)).status_code == 303
    provider.key = RSAKey.generate_key(2048, {"kid": kid})
    assert client.get(comes_back(client)).status_code == 303
    assert provider.asked.count("/keys") == 2


LIES: list[dict[str, object]] = [
    {"nonce": "another"},
    {"nonce": None},
    {"aud": "another-client"},
    {"iss": "https://elsewhere.example"},
    {"exp": 1_700_000_000},
    {"exp": None},
    {"email_verified": False},
    {"email_verified": None},
    {"email_verified": []},
]


@pytest.mark.parametrize("lie", LIES, ids=str)
def test_what_is_not_vouched_for_opens_nothing(
    client: FlaskClient, provider: OidcProvider, lie: dict[str, object]
) -> None:
    provider.lies = lie
    assert client.get(comes_back(client)).status_code == 502
    assert client.get("/review").status_code == 303


def test_a_token_that_the_client_secret_signs_is_not_believed(
    client: FlaskClient, provider: OidcProvider
) -> None:
    provider.algorithm = "HS256"
    assert client.get(comes_back(client)).status_code == 502


def test_an_attempt_ends_in_the_browser_that_began_it(
    client: FlaskClient, context: ServiceContext
) -> None:
    back = comes_back(client)
    stranger = create_app(context).test_client()
    assert stranger.get(back).status_code == 502
    comes_back(stranger)  # an attempt of its own: another state
    assert stranger.get(back).status_code == 502
    assert client.get(f"{BACK}?code=guessed&{back.partition('&')[2]}").status_code == 502
    assert client.get("/sign-in/provider?next=https://evil.example/").status_code == 303
    assert client.get(back).status_code == 502  # that attempt was followed by another


def test_an_attempt_is_over_after_ten_minutes(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    back, late = comes_back(client), time.time() + 601
    monkeypatch.setattr("cryptography.fernet.time", SimpleNamespace(time=lambda: late))
    assert client.get(back).status_code == 502


def test_strangers_are_turned_away_and_newcomers_join(
    client: FlaskClient, provider: OidcProvider, blog: Blog
) -> None:
    provider.email = "eve@elsewhere.example"
    refused = client.get(comes_back(client))
    assert refused.status_code == 403
    assert "No account here has your e-mail address" in refused.text
    provider.email = "Bob@join.example"
    assert client.get(comes_back(client)).status_code == 303
    page = client.get("/account").text
    assert "bob@join.example" in page
    assert "Moderator at blog" in page
    with blog.database.read() as tx:
        [joined] = list_audit(tx, blog.site.id, action="person.added", limit=9)
    assert (joined.actor, joined.subject) == ("bob@join.example", "bob@join.example")


def test_without_a_provider_there_is_no_button(context: ServiceContext) -> None:
    assert make_provider(Settings()) is None
    client = create_app(replace(context, provider=None)).test_client()
    assert "Sign in with" not in client.get("/sign-in").text
    assert client.get("/sign-in/provider").status_code == 404
