import json
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from rules.verdict import Match, Reason
from service.api import RESOURCES
from store.database import Database
from store.finished_erasures import finish_erasures
from store.ids import new_id
from store.records import CommentRecord
from store.sites import set_keep_addresses
from store.tables import attempts, deliveries, events
from tests.conftest import NOW
from tests.make import add_webhook
from tests.service.api.conftest import Caller, Clock, Judge, json_of

SECRETS = (
    "unforgettable words",
    "Ann Forgetme",
    "forget@me.example",
    "203.0.113.77",
    "an-author-42",
    "kept-by-metadata",
    "https://forget.example/",
    "a note about them",
    "moderator-of-theirs",
    "echoed by the receiver",
)
COMMENT = {
    "external_id": "wp-1",
    "body": "Some unforgettable words here",
    "author": {
        "id": "an-author-42",
        "name": "Ann Forgetme",
        "email": "forget@me.example",
        "ip": "203.0.113.77",
        "url": "https://forget.example/",
    },
    "metadata": {"secret": "kept-by-metadata"},
}
REASON = Reason(
    rule="words",
    action="review",
    message="found unforgettable words",
    matches=[Match(field="body", start=5, end=24, text="unforgettable words", term="words")],
    values={"author": "Ann Forgetme"},
    decided=True,
)


@pytest.fixture
def comment(blog: Caller, judge: Judge, database: Database) -> str:
    """Return a comment with all that there can be about it, its author's addresses too."""
    database.write(lambda tx: set_keep_addresses(tx, blog.site.id, keep=True))
    add_webhook(database, blog.site.id)
    answer = blog.post("/v1/comments", COMMENT, headers={"Idempotency-Key": "one"})
    comment_id = str(json_of(answer)["id"])
    judge(action="review", labels=["abuse"], reasons=[REASON], public_reason="Ann Forgetme")
    decision = {"decision": "reject", "actor": "moderator-of-theirs", "note": "a note about them"}
    blog.post(f"/v1/comments/{comment_id}/decision", decision, headers={"Idempotency-Key": "two"})
    database.write(lambda tx: tx.execute(insert(attempts), [_attempt(_first_delivery(database))]))
    return comment_id


def _first_delivery(database: Database) -> str:
    with database.read() as tx:
        return tx.execute(select(deliveries.c.id).order_by(deliveries.c.id)).scalars().first() or ""


def _attempt(delivery_id: str) -> dict[str, object]:
    return {
        "id": new_id("att"),
        "delivery_id": delivery_id,
        "number": 1,
        "started_at": NOW,
        "duration_ms": 3,
        "status": 500,
        "response": "echoed by the receiver: unforgettable words",
    }


def everything(database: Database) -> str:
    """Return all that is stored, as text."""
    from store.tables import metadata

    with database.read() as tx:
        return "\n".join(
            repr(tuple(row))
            for table in metadata.sorted_tables
            for row in tx.execute(select(table))
        )


def test_what_a_comment_said_and_who_wrote_it_is_gone(
    blog: Caller, comment: str, database: Database
) -> None:
    assert [secret for secret in SECRETS if secret not in everything(database)] == []
    assert blog.delete(f"/v1/comments/{comment}").status_code == 204
    assert [secret for secret in SECRETS if secret in everything(database)] == []


def test_that_there_was_a_comment_stays(blog: Caller, comment: str) -> None:
    before = json_of(blog.get("/v1/stats"))
    blog.delete(f"/v1/comments/{comment}")
    record = json_of(blog.get(f"/v1/comments/{comment}"))
    assert (record["status"], record["external_id"], record["metadata"]) == ("erased", "wp-1", {})
    assert record["verdict"]["labels"] == ["abuse"]
    assert record["verdict"]["reasons"] == [
        {
            "rule": "words",
            "action": "review",
            "message": "",
            "matches": [],
            "values": {},
            "decided": True,
        }
    ]
    assert json_of(blog.get("/v1/stats")) == before


def test_an_erasure_is_told_and_what_was_not_told_yet_is_not(
    blog: Caller, comment: str, database: Database
) -> None:
    blog.delete(f"/v1/comments/{comment}")
    with database.read() as tx:
        told = tx.execute(
            select(events.c.type, events.c.payload, deliveries.c.state)
            .join(deliveries, deliveries.c.event_id == events.c.id)
            .order_by(events.c.id, events.c.type)
        ).all()
    states = {row.type: (row.state, row.payload is None) for row in told}
    assert states == {
        "comment.verdict": ("cancelled", True),
        "comment.decided": ("cancelled", True),
        "comment.erased": ("pending", False),
    }
    payload = json.loads(next(row.payload for row in told if row.type == "comment.erased"))
    assert payload["data"]["id"] == comment
    assert payload["data"]["external_id"] == "wp-1"


def test_erasing_again_changes_nothing(blog: Caller, comment: str, database: Database) -> None:
    blog.delete(f"/v1/comments/{comment}")
    before = everything(database)
    assert blog.delete(f"/v1/comments/{comment}").status_code == 204
    assert everything(database) == before


def test_an_erased_comment_does_not_come_back(blog: Caller, comment: str) -> None:
    blog.delete(f"/v1/comments/{comment}")
    assert blog.post("/v1/comments", COMMENT).status_code == 410
    repeated = blog.post("/v1/comments", COMMENT, headers={"Idempotency-Key": "one"})
    assert repeated.status_code == 410
    decision = {"decision": "approve"}
    assert blog.post(f"/v1/comments/{comment}/decision", decision).status_code == 410
    assert blog.post(f"/v1/comments/{comment}/appeal", {"reason": "Please."}).status_code == 410


def test_no_answer_that_is_kept_for_a_repeat_outlives_the_comment_it_names(
    blog: Caller, comment: str, database: Database
) -> None:
    sent = {
        "/v1/comments": COMMENT,
        "/v1/comments/{comment_id}/decision": {"decision": "reject"},
        "/v1/comments/{comment_id}/appeal": {"reason": "unforgettable words"},
        "/v1/deliveries/{delivery_id}/retry": None,
    }
    pinged = {"/v1/webhooks/{webhook_id}/ping"}  # a delivery about no comment
    assert set(sent) | pinged == _kept_answers_that_name_a_comment()
    known = {"comment_id": comment, "delivery_id": _first_delivery(database)}

    def statuses() -> set[int]:
        return {
            blog.post(path.format(**known), body, headers={"Idempotency-Key": path}).status_code
            for path, body in sent.items()
        }

    assert statuses() <= {200, 202}
    blog.delete(f"/v1/comments/{comment}")
    assert statuses() == {410}


def _kept_answers_that_name_a_comment() -> set[str]:
    return {
        operation.path
        for resource in RESOURCES
        for operation in resource.operations
        if operation.method == "POST" and operation.stores
        for model in (answer.content for answer in operation.answers)
        if model is not None and (model is CommentRecord or "comment_id" in model.model_fields)
    }


def test_a_pending_comment_can_be_erased(blog: Caller, judge: Judge) -> None:
    comment = json_of(blog.post("/v1/comments", {"body": "Hello"}))["id"]
    assert blog.delete(f"/v1/comments/{comment}").status_code == 204
    judge()
    assert json_of(blog.get(f"/v1/comments/{comment}"))["verdict"] is None


def test_an_author_is_erased_with_all_comments_and_nobody_elses(
    blog: Caller, other: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.erasure.AUTHOR_BATCH", 2)
    for caller in (blog, other):
        for author in ("42", "42", "42", "43"):
            caller.post("/v1/comments", {"body": "Hello", "author": {"id": author}})
    assert blog.delete("/v1/authors/42").status_code == 204
    assert blog.delete("/v1/authors/42").status_code == 204
    assert len(json_of(blog.get("/v1/comments?status=erased"))["items"]) == 3
    assert len(json_of(blog.get("/v1/comments?status=pending"))["items"]) == 1
    assert json_of(other.get("/v1/comments?status=erased"))["items"] == []


def test_of_very_many_comments_the_rest_is_erased_after_the_answer(
    blog: Caller, database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.erasure.AUTHOR_BATCH", 1)
    module = import_module("service.api.erasure")  # the package's own is the resource
    monkeypatch.setattr(module, "PATIENCE", timedelta())
    for _ in range(5):
        blog.post("/v1/comments", {"body": "Hello", "author": {"id": "42"}})
    assert blog.delete("/v1/authors/42").status_code == 204
    assert 1 <= len(json_of(blog.get("/v1/comments?status=erased"))["items"]) < 5
    clock.move(seconds=6)
    failed: list[object] = []
    list(finish_erasures(database, clock(), lambda *told: failed.append(told)))
    assert not failed
    assert len(json_of(blog.get("/v1/comments?status=erased"))["items"]) == 5


@pytest.mark.parametrize("author", ["a/b//c", "/a", "ü 7", "a?b#c", "a\nb"])
def test_an_author_may_have_any_name(blog: Caller, author: str) -> None:
    from urllib.parse import quote

    blog.post("/v1/comments", {"body": "Hello", "author": {"id": author}})
    assert blog.delete(f"/v1/authors/{quote(author, safe='')}").status_code == 204
    assert len(json_of(blog.get("/v1/comments?status=erased"))["items"]) == 1


@pytest.mark.parametrize("author", ["%00", "x" * 256])
def test_what_cannot_be_an_author_is_none(blog: Caller, author: str) -> None:
    assert blog.delete(f"/v1/authors/{author}").status_code == 404


class TestOnSqlite:
    @pytest.fixture
    def database_url(self, sqlite_database_url: str) -> str:
        return sqlite_database_url

    def test_no_byte_of_it_is_left_in_the_file(
        self, blog: Caller, comment: str, database: Database, tmp_path: Path
    ) -> None:
        def left() -> list[str]:
            with database.engine.connect() as connection:
                connection.commit()
                raw = connection.connection.driver_connection
                assert raw is not None
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            stored = b"".join(path.read_bytes() for path in tmp_path.glob("tactful.db*"))
            return [secret for secret in SECRETS if secret.encode() in stored]

        assert left() == list(SECRETS)
        blog.delete(f"/v1/comments/{comment}")
        assert left() == []
