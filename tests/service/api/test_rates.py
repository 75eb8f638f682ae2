"""Limits by rate: who is held back, in the words of the protocol that he speaks, and who is not."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from redis import Redis
from werkzeug.test import TestResponse

from service.app import create_app
from service.context import ServiceContext
from service.http.proxies import client_address, parse_networks
from service.http.rates import RateLimits
from service.metrics import RATE_LIMIT_FAILURES
from store.sites import SiteKeys, set_coral_secret
from tests.servers import free_port
from tests.service.api.conftest import Caller, json_of
from workers.redis_clients import impatient_client

Limited = Callable[..., FlaskClient]


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


@pytest.fixture
def limited(context: ServiceContext, redis: Redis) -> Limited:
    """Return what makes a client of an app with these limits."""

    def make(redis: Redis = redis, **limits: str) -> FlaskClient:
        return create_app(replace(context, limits=RateLimits(redis, **limits))).test_client()

    return make


def bearer(keys: SiteKeys) -> dict[str, str]:
    return {"Authorization": f"Bearer {keys.api_key}"}


def assert_held_back(answer: TestResponse) -> None:
    assert answer.status_code == 429, answer.text
    assert 1 <= int(answer.headers["Retry-After"]) <= 3600


def test_a_site_that_asks_too_often_is_told_when_to_come_back(
    limited: Limited, blog: Caller, other: Caller
) -> None:
    client = limited(site="3/hour")
    answers = [client.get("/v1/comments", headers=bearer(blog.keys)) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert_held_back(answers[-1])
    assert answers[-1].content_type == "application/problem+json"
    assert json_of(answers[-1])["type"] == "/docs#problem-rate-limited"
    assert client.get("/v1/comments", headers=bearer(other.keys)).status_code == 200


def test_web_processes_count_together(limited: Limited, blog: Caller) -> None:
    first, second = limited(site="1/hour"), limited(site="1/hour")
    assert first.get("/v1/comments", headers=bearer(blog.keys)).status_code == 200
    assert_held_back(second.get("/v1/comments", headers=bearer(blog.keys)))


def test_an_address_that_guesses_keys_is_held_back_and_its_neighbours_key_is_not(
    limited: Limited, blog: Caller
) -> None:
    client = limited(address="2/hour")
    guesses = [
        client.get("/v1/comments", headers={"Authorization": f"Bearer tk_{number}"})
        for number in range(3)
    ]
    assert [guess.status_code for guess in guesses] == [401, 401, 429]
    assert_held_back(guesses[-1])
    assert client.get("/v1/comments", headers=bearer(blog.keys)).status_code == 200
    elsewhere = {"REMOTE_ADDR": "203.0.113.9"}
    guess = client.get(
        "/v1/comments", headers={"Authorization": "Bearer tk_x"}, environ_overrides=elsewhere
    )
    assert guess.status_code == 401


def test_whoever_has_an_ipv6_address_has_its_whole_network(limited: Limited) -> None:
    client = limited(address="1/hour")
    answers = [
        client.get(
            "/v1/comments",
            headers={"Authorization": "Bearer tk_x"},
            environ_overrides={"REMOTE_ADDR": f"2001:db8::{host}"},
        )
        for host in (1, 2)
    ]
    assert [answer.status_code for answer in answers] == [401, 429]


def test_each_drop_in_protocol_says_it_in_its_own_way(limited: Limited, blog: Caller) -> None:
    client = limited(site="1/hour")
    client.get("/v1/comments", headers=bearer(blog.keys))
    key = blog.keys.akismet_key
    akismet = client.post("/1.1/verify-key", data={"api_key": key, "blog": "https://b.example"})
    assert_held_back(akismet)
    assert akismet.text == "invalid"
    check = client.post("/1.1/comment-check", data={"api_key": key, "blog": "https://b.example"})
    assert_held_back(check)
    assert check.text == "true"  # many clients publish at any other word
    perspective = client.post(
        f"/v1alpha1/comments:analyze?key={key}", json={"comment": {"text": "Hello"}}
    )
    assert_held_back(perspective)
    assert json_of(perspective)["error"]["status"] == "RESOURCE_EXHAUSTED"
    openai = client.post("/v1/moderations", json={"input": "x"}, headers=bearer(blog.keys))
    assert_held_back(openai)
    assert json_of(openai)["error"]["code"] == "rate_limit_exceeded"


def test_coral_holds_what_comes_too_often_because_any_other_status_lets_it_pass(
    limited: Limited, blog: Caller, context: ServiceContext
) -> None:
    secret, body = "a secret of Coral's", b'{"comment": {"body": "Hello"}}'
    sealed = context.sealer.seal(secret)
    context.database.write(lambda tx: set_coral_secret(tx, blog.site.id, sealed))
    signature = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    client = limited(site="1/hour", address="1/hour")
    client.get("/v1/comments", headers=bearer(blog.keys))
    held = client.post(
        f"/coral/{blog.keys.akismet_key}", data=body, headers={"X-Coral-Signature": signature}
    )
    assert (held.status_code, json_of(held)) == (200, {"status": "PREMOD"})
    assert client.post("/coral/000000000000", data=body).status_code == 404
    assert_held_back(client.post("/coral/000000000000", data=body))


def test_without_redis_nobody_is_held_back_and_that_is_counted(
    limited: Limited, blog: Caller
) -> None:
    away = impatient_client(f"redis://127.0.0.1:{free_port()}")
    client = limited(away, site="1/hour", address="1/hour")
    before = failures()
    for _ in range(3):
        assert client.get("/v1/comments", headers=bearer(blog.keys)).status_code == 200
    assert failures() == before + 3


def failures() -> float:
    [metric] = RATE_LIMIT_FAILURES.collect()
    return next(sample.value for sample in metric.samples if sample.name.endswith("_total"))


TRUSTED = parse_networks("10.0.0.0/8, 2001:db8::/32")


@pytest.mark.parametrize(
    ("peer", "chain", "client"),
    [
        ("203.0.113.9", ["198.51.100.1"], "203.0.113.9"),  # no proxy of ours: not believed
        ("10.1.2.3", ["198.51.100.1"], "198.51.100.1"),
        (
            "10.1.2.3",
            ["192.0.2.66", "198.51.100.1"],
            "198.51.100.1",
        ),  # the left is the client's word
        ("10.1.2.3", ["198.51.100.1", "10.9.9.9"], "198.51.100.1"),  # two proxies
        ("10.1.2.3", [""], "10.1.2.3"),
        ("10.1.2.3", ["198.51.100.1", "garbage"], "10.1.2.3"),
        ("2001:db8::1", ["2a00::5"], "2a00::5"),
        ("", ["198.51.100.1"], ""),  # a unix socket
    ],
)
def test_an_address_is_believed_as_far_as_trusted_proxies_wrote_it(
    peer: str, chain: list[str], client: str
) -> None:
    assert client_address(peer, chain, TRUSTED) == client


def test_by_default_no_header_changes_who_is_counted(limited: Limited) -> None:
    client = limited(address="1/hour")
    answers = [
        client.get(
            "/v1/comments",
            headers={"Authorization": "Bearer tk_x", "X-Forwarded-For": f"203.0.113.{number}"},
        )
        for number in range(2)
    ]
    assert [answer.status_code for answer in answers] == [401, 429]
