"""What is changed by API is on the site's audit log, as what is changed on the pages is."""

from typing import Any

from rules.loading.presets import preset
from store.audit import list_audit
from store.database import Database
from tests.service.api.conftest import Caller, json_of


def told(database: Database, blog: Caller) -> list[tuple[str, str, str]]:
    """Return (action, subject, detail) of each line, the oldest first; `api` did them all."""
    with database.read() as tx:
        lines = list_audit(tx, blog.site.id, limit=50)
    assert {line.actor for line in lines} == {"api"}
    return [(line.action, line.subject, line.detail) for line in reversed(lines)]


def test_what_is_done_to_a_webhook_is_noted(blog: Caller, database: Database) -> None:
    url = "https://blog.example/hook?token=secret"
    webhook = json_of(blog.post("/v1/webhooks", {"url": url}))["id"]
    path = f"/v1/webhooks/{webhook}"
    changes: tuple[dict[str, Any], ...] = ({"url": url}, {"enabled": False}, {"enabled": True})
    for change in changes:
        assert blog("PATCH", path, json=change).status_code == 200
    delivery = json_of(blog.post(f"{path}/ping"))["id"]
    assert blog.post(f"/v1/deliveries/{delivery}/retry").status_code == 202
    key = {"Idempotency-Key": "one"}
    for _ in range(2):
        assert blog.post(f"{path}/rotate-secret", headers=key).status_code == 200
    assert blog.post(f"{path}/recover", {"since": "2020-01-01T00:00:00Z"}).status_code == 202
    assert blog.delete(path).status_code == 204
    assert told(database, blog) == [
        ("webhook.added", webhook, ""),
        ("webhook.changed", webhook, "url"),
        ("webhook.disable", webhook, ""),
        ("webhook.enable", webhook, ""),
        ("webhook.ping", webhook, ""),
        ("delivery.retried", delivery, ""),
        ("webhook.rotate", webhook, ""),
        ("webhook.remove", webhook, ""),
    ]


def test_a_new_policy_is_noted_once(blog: Caller, database: Database) -> None:
    for _ in range(2):
        answer = blog("PUT", "/v1/policy", data=preset("default"), content_type="application/yaml")
        assert answer.status_code == 200
    assert told(database, blog) == [("policy.activated", "version 1", "")]


def test_an_author_s_erasure_is_noted_without_the_author(blog: Caller, database: Database) -> None:
    assert blog.delete("/v1/authors/ann").status_code == 204
    [(action, subject, detail)] = told(database, blog)
    assert (action, subject[:4], detail) == ("author.erased", "ers_", "")
