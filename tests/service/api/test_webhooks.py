"""Webhooks by the API: adding, changing, trying them, and seeing what was sent."""

from dataclasses import replace
from ipaddress import ip_address
from typing import Any

import pytest
from redis import Redis
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from service.app import create_app
from service.context import ServiceContext
from store.database import Database
from store.left_deliveries import settle_left_deliveries
from store.sealing import Sealer
from store.sites import create_site
from store.tables import deliveries, events, webhooks
from tests.conftest import NOW
from tests.service.api.conftest import Caller, Clock, Judge, json_of

URL = "https://blog.example/hook"


def add(blog: Caller, **fields: Any) -> dict[str, Any]:
    response = blog.post("/v1/webhooks", {"url": URL, **fields})
    assert response.status_code == 201, response.json
    assert isinstance(response.json, dict)
    return response.json


def fault(response: TestResponse) -> tuple[str, str]:
    """Return the (pointer, detail) of a refusal with one fault."""
    assert response.status_code == 422, response.json
    assert response.content_type == "application/problem+json"
    assert response.json is not None
    [found] = response.json["errors"]
    return found["pointer"], found["detail"]


def test_a_webhook_is_added_and_its_secret_shown_once(blog: Caller, database: Database) -> None:
    response = blog.post("/v1/webhooks", {"url": URL})
    made = response.json
    assert made is not None
    assert response.headers["Location"] == f"/v1/webhooks/{made['id']}"
    secret = made.pop("secret")
    assert secret.startswith("whsec_")
    assert made["events"] == [
        "comment.verdict",
        "comment.decided",
        "comment.erased",
        "webhook.disabled",
    ]
    assert (made["url"], made["enabled"], made["failing_since"]) == (URL, True, None)
    assert blog.get(f"/v1/webhooks/{made['id']}").json == made
    assert blog.get("/v1/webhooks").json == {"items": [made]}
    with database.read() as tx:
        stored = tx.execute(select(webhooks.c.secret)).scalar_one()
    assert secret not in stored
    assert Sealer("a secret of the tests").open(stored) == secret


@pytest.mark.parametrize(
    ("url", "detail"),
    [
        ("ftp://blog.example/", "https:// or http://"),
        ("https://ann:secret@blog.example/", "user name"),
        ("http://0x7f.1/", "usual form"),
        ("http://2130706433/", "usual form"),
        ("http://127.0.0.1/", "loopback; TACTFUL_WEBHOOK_ALLOW"),
        ("http://[::ffff:10.0.0.1]/", "IPv4-mapped"),
        ("http://169.254.169.254/latest/meta-data", "link-local"),
        ("https://bücher.example/", "visible ASCII"),
        ("https://blog.example:99999/", "malformed"),
        ("https://" + "a" * 2000, "at most 2000"),
        (7, "string"),
    ],
)
def test_a_url_that_is_not_called_is_refused_by_name(blog: Caller, url: Any, detail: str) -> None:
    for response in (
        blog.post("/v1/webhooks", {"url": url}),
        blog("PATCH", f"/v1/webhooks/{add(blog)['id']}", json={"url": url}),
    ):
        pointer, told = fault(response)
        assert pointer == "/url"
        assert detail in told
        assert "secret" not in told


def test_other_faults_are_named_too(blog: Caller) -> None:
    assert fault(blog.post("/v1/webhooks", {"url": URL, "colour": 1}))[0] == "/colour"
    assert fault(blog.post("/v1/webhooks", {"url": URL, "events": []}))[0] == "/events"
    assert fault(blog.post("/v1/webhooks", {"url": URL, "events": ["x"]}))[0] == "/events/0"
    assert fault(blog.post("/v1/webhooks", {"url": URL, "enabled": "yes"}))[0] == "/enabled"
    assert fault(blog.post("/v1/webhooks", {}))[0] == "/url"
    assert blog.get("/v1/webhooks").json == {"items": []}


def test_a_webhook_is_changed_and_removed(blog: Caller) -> None:
    path = f"/v1/webhooks/{add(blog)['id']}"
    changes = {"events": ["comment.erased", "comment.erased"], "enabled": False}
    changed = blog("PATCH", path, json=changes).json
    assert changed is not None
    assert (changed["url"], changed["events"], changed["enabled"]) == (
        URL,
        ["comment.erased"],
        False,
    )
    assert blog("PATCH", path, json={"url": None}).json == changed
    assert blog.delete(path).status_code == 204
    for response in (blog.get(path), blog.delete(path), blog("PATCH", path, json={})):
        assert response.status_code == 404


def test_what_was_sent_to_a_webhook_goes_at_once_with_it_and_is_deleted_some_at_a_time(
    blog: Caller, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.left_deliveries.LEFT_AT_ONCE", 2)
    removed, kept = add(blog)["id"], add(blog)["id"]
    pings = [json_of(blog.post(f"/v1/webhooks/{removed}/ping"))["id"] for _ in range(5)]
    still = json_of(blog.post(f"/v1/webhooks/{kept}/ping"))
    assert blog.delete(f"/v1/webhooks/{removed}").status_code == 204
    assert [one["id"] for one in json_of(blog.get("/v1/webhooks"))["items"]] == [kept]
    assert json_of(blog.get("/v1/deliveries"))["items"] == [still]
    for ping in pings:
        assert blog.post(f"/v1/deliveries/{ping}/retry").status_code == 404
    steps = len(list(settle_left_deliveries(database)))
    assert steps == 2  # two at a time, and the last one
    with database.read() as tx:
        assert tx.execute(select(webhooks.c.id)).scalars().all() == [kept]
        assert tx.execute(select(deliveries.c.id)).scalars().all() == [still["id"]]


def test_deliveries_of_a_state_are_listed_over_all_webhooks_newest_first(blog: Caller) -> None:
    paths = [f"/v1/webhooks/{add(blog)['id']}" for _ in range(3)]
    for path in (*paths, *paths):
        blog.post(f"{path}/ping")
    for path in paths[:2]:
        blog("PATCH", path, json={"enabled": False})
    every = json_of(blog.get("/v1/deliveries"))["items"]
    for state in ("failed", "pending"):
        found: list[Any] = []
        cursor: str | None = ""
        while cursor is not None:
            page = json_of(blog.get(f"/v1/deliveries?state={state}&limit=3{cursor}"))
            found += page["items"]
            cursor = page["next"] and f"&cursor={page['next']}"
        assert found == [one for one in every if one["state"] == state]
    of_one = f"/v1/deliveries?state=failed&endpoint={paths[0].rpartition('/')[2]}"
    assert len(json_of(blog.get(of_one))["items"]) == 2


def switched_off_with(waiting: int, blog: Caller, monkeypatch: pytest.MonkeyPatch) -> str:
    """Leave more waiting for an endpoint than is given up at once; return its path."""
    monkeypatch.setattr("store.left_deliveries.LEFT_AT_ONCE", 2)
    path = f"/v1/webhooks/{add(blog)['id']}"
    for _ in range(waiting):
        blog.post(f"{path}/ping")
    assert blog("PATCH", path, json={"enabled": False}).status_code == 200
    return path


def test_more_than_can_be_given_up_at_once_is_given_up_soon(
    blog: Caller, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    switched_off_with(5, blog, monkeypatch)
    list(settle_left_deliveries(database))
    states = [one["state"] for one in json_of(blog.get("/v1/deliveries"))["items"]]
    assert states == ["failed"] * 5


def test_what_an_endpoint_is_told_that_was_switched_on_again_meanwhile_is_not_given_up(
    blog: Caller, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = switched_off_with(7, blog, monkeypatch)
    settling = settle_left_deliveries(database)
    next(settling)
    blog("PATCH", path, json={"enabled": True})
    list(settling)
    states = [one["state"] for one in json_of(blog.get("/v1/deliveries"))["items"]]
    assert sorted(states) == ["failed"] * 4 + ["pending"] * 3


def test_another_sites_webhook_is_not_there(blog: Caller, other: Caller) -> None:
    made = add(blog)
    delivery = blog.post(f"/v1/webhooks/{made['id']}/ping").json
    assert delivery is not None
    path = f"/v1/webhooks/{made['id']}"
    for response in (
        other.get(path),
        other("PATCH", path, json={"enabled": False}),
        other.delete(path),
        other.post(f"{path}/ping"),
        other.post(f"{path}/rotate-secret"),
        other.post(f"{path}/recover", {"since": "2026-01-01T00:00:00Z"}),
        other.post(f"/v1/deliveries/{delivery['id']}/retry"),
    ):
        assert response.status_code == 404
    assert other.get("/v1/webhooks").json == {"items": []}
    assert other.get("/v1/deliveries").json == {"items": [], "next": None}
    assert other.get(f"/v1/deliveries?endpoint={made['id']}").json == {"items": [], "next": None}


def test_a_ping_goes_through_the_outbox(blog: Caller, redis: Redis) -> None:
    webhook_id = add(blog, events=["comment.erased"])["id"]
    response = blog.post(f"/v1/webhooks/{webhook_id}/ping")
    assert response.status_code == 202
    delivery = response.json
    assert delivery is not None
    assert (delivery["event_type"], delivery["state"]) == ("webhook.ping", "pending")
    assert (delivery["webhook_id"], delivery["attempts"]) == (webhook_id, [])
    assert redis.exists("bell:deliver")
    assert blog.get("/v1/deliveries").json == {"items": [delivery], "next": None}


def test_a_secret_is_rotated_with_an_overlap(blog: Caller, database: Database) -> None:
    made = add(blog)
    rotated = blog.post(f"/v1/webhooks/{made['id']}/rotate-secret").json
    assert rotated is not None
    assert rotated["secret"].startswith("whsec_")
    assert rotated["secret"] != made["secret"]
    assert rotated["old_secret_until"] == "2026-11-25T12:00:00Z"
    sealer = Sealer("a secret of the tests")
    with database.read() as tx:
        row = tx.execute(select(webhooks)).mappings().one()
    assert sealer.open(row["secret"]) == rotated["secret"]
    assert sealer.open(row["old_secret"]) == made["secret"]


def test_deliveries_are_listed_by_endpoint_and_state_in_pages(blog: Caller, judge: Judge) -> None:
    first, second = add(blog), add(blog)
    for text in ("one", "two", "three"):
        blog.post("/v1/comments", {"body": text})
    judge()
    whole = _items(blog.get("/v1/deliveries?state=pending"))
    assert len(whole) == 6
    mine = _items(blog.get(f"/v1/deliveries?endpoint={first['id']}"))
    assert {item["webhook_id"] for item in mine} == {first["id"]}
    assert {item["event_type"] for item in mine} == {"comment.verdict"}
    assert _items(blog.get(f"/v1/deliveries?endpoint={second['id']}&state=failed")) == []
    page = blog.get("/v1/deliveries?limit=4").json
    assert page is not None
    rest = blog.get(f"/v1/deliveries?limit=4&cursor={page['next']}").json
    assert rest is not None
    assert page["items"] + rest["items"] == whole
    assert rest["next"] is None
    assert fault(blog.get("/v1/deliveries?state=lost"))[0] == "?state"
    assert fault(blog.get("/v1/deliveries?endpoint=x"))[0] == "?endpoint"


def test_what_failed_is_sent_again(blog: Caller, database: Database, clock: Clock) -> None:
    webhook_id = add(blog)["id"]
    old = _ping(blog, webhook_id)
    clock.move(hours=1)
    since = clock().isoformat()
    new = _ping(blog, webhook_id)
    fail = update(deliveries).values(state="failed", schedule_step=9)
    database.write(lambda tx: tx.execute(fail))
    response = blog.post(f"/v1/webhooks/{webhook_id}/recover", {"since": since})
    assert (response.status_code, response.json) == (202, {"recovered": 1})
    assert [item["state"] for item in _items(blog.get("/v1/deliveries"))] == ["pending", "failed"]
    retried = blog.post(f"/v1/deliveries/{old}/retry")
    assert retried.status_code == 202
    assert retried.json is not None
    assert (retried.json["id"], retried.json["state"]) == (old, "pending")
    assert {old, new} == {item["id"] for item in _items(blog.get("/v1/deliveries?state=pending"))}
    faulty = blog.post(f"/v1/webhooks/{webhook_id}/recover", {"since": "yesterday"})
    assert fault(faulty)[0] == "/since"


def test_nothing_is_sent_to_a_webhook_that_is_switched_off(blog: Caller) -> None:
    webhook_id = add(blog)["id"]
    waiting = _ping(blog, webhook_id)
    blog("PATCH", f"/v1/webhooks/{webhook_id}", json={"enabled": False})
    assert _items(blog.get("/v1/deliveries"))[0]["state"] == "failed"
    for response in (
        blog.post(f"/v1/webhooks/{webhook_id}/ping"),
        blog.post(f"/v1/webhooks/{webhook_id}/recover", {"since": "2026-01-01T00:00:00Z"}),
        blog.post(f"/v1/deliveries/{waiting}/retry"),
    ):
        assert response.status_code == 409
        assert response.json is not None
        assert "not enabled" in response.json["detail"]


def test_an_event_of_an_erased_comment_is_not_sent_again(blog: Caller, database: Database) -> None:
    delivery = _ping(blog, add(blog)["id"])
    database.write(lambda tx: tx.execute(update(events).values(payload=None)))
    response = blog.post(f"/v1/deliveries/{delivery}/retry")
    assert response.status_code == 409
    assert response.json is not None
    assert "erased" in response.json["detail"]


def test_the_verdict_of_an_edited_comment_is_not_sent_again(blog: Caller, judge: Judge) -> None:
    add(blog)
    for body in ("first", "second"):
        blog.post("/v1/comments", {"body": body, "external_id": "1"})
        judge()
    before = _items(blog.get("/v1/deliveries"))
    response = blog.post(f"/v1/deliveries/{before[-1]['id']}/retry")
    assert response.status_code == 409
    assert response.json is not None
    assert "edited" in response.json["detail"]
    assert _items(blog.get("/v1/deliveries")) == before


def test_an_added_webhook_is_added_once_under_one_key(blog: Caller) -> None:
    answers = [
        blog.post("/v1/webhooks", {"url": URL}, headers={"Idempotency-Key": "k"}) for _ in range(2)
    ]
    assert answers[0].json == answers[1].json
    listed = blog.get("/v1/webhooks").json
    assert listed is not None
    assert len(listed["items"]) == 1


def _ping(blog: Caller, webhook_id: str) -> str:
    response = blog.post(f"/v1/webhooks/{webhook_id}/ping")
    assert response.json is not None
    return str(response.json["id"])


def _items(response: TestResponse) -> list[dict[str, Any]]:
    assert response.status_code == 200, response.json
    assert response.json is not None
    items: list[dict[str, Any]] = response.json["items"]
    return items


def test_a_name_at_a_private_address_is_refused(context: ServiceContext) -> None:
    inside = replace(context, resolver=lambda _host: [ip_address("10.0.0.7")])
    client = create_app(inside).test_client()
    site, keys = context.database.write(lambda tx: create_site(tx, "inside", NOW))
    caller = Caller(client, site, keys)
    for url in ("https://10.0.0.7.nip.io/", "http://localhost:8080/", "http://db.internal/"):
        pointer, detail = fault(caller.post("/v1/webhooks", {"url": url}))
        assert pointer == "/url"
        assert "is at an address that is private" in detail


def test_a_site_has_a_bounded_number_of_endpoints(
    blog: Caller, other: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.webhooks.MOST_WEBHOOKS", 2)
    first, _ = add(blog), add(blog)
    refused = blog.post("/v1/webhooks", {"url": URL})
    assert refused.status_code == 409
    assert refused.json is not None
    assert refused.json["detail"].startswith("A site has at most 2 endpoints")
    add(other)
    blog.delete(f"/v1/webhooks/{first['id']}")
    add(blog)
