import json

import pytest
from sqlalchemy import func, select

from store.claims import Claim
from store.database import Database
from store.tables import decisions, events, verdicts
from store.verdicts import record_verdicts
from tests.conftest import NOW
from tests.make import add_webhook, claim, make_verdict
from tests.service.api.conftest import Caller, Clock, Judge, json_of


@pytest.fixture
def comment(blog: Caller) -> str:
    return str(json_of(blog.post("/v1/comments", {"body": "Hello"}))["id"])


def decide(blog: Caller, comment: str, decision: str, **fields: str) -> dict[str, object]:
    answer = blog.post(f"/v1/comments/{comment}/decision", {"decision": decision, **fields})
    assert answer.status_code == 200
    return dict(json_of(answer))


def count(database: Database, table: str = "decisions") -> int:
    with database.read() as tx:
        where = {"decisions": decisions, "verdicts": verdicts, "events": events}[table]
        return tx.execute(select(func.count()).select_from(where)).scalar_one()


def test_a_decision_stands_beside_the_verdict(blog: Caller, comment: str, judge: Judge) -> None:
    judge(action="review")
    decided = decide(blog, comment, "spam", actor="ann", note="An advert.")
    assert decided["status"] == "decided"
    assert decided["verdict"]["action"] == "review"  # type: ignore[index]
    assert decided["decision"] == {
        "decision": "spam",
        "decided_by": "platform",
        "actor": "ann",
        "note": "An advert.",
        "overturned": False,
        "decided_at": "2026-11-24T12:00:00Z",
    }
    assert blog.get(f"/v1/comments/{comment}").json == decided


@pytest.mark.parametrize(
    ("action", "decision", "overturned"),
    [
        ("approve", "approve", False),
        ("approve", "ham", False),
        ("approve", "reject", True),
        ("approve", "spam", True),
        ("reject", "spam", False),
        ("reject", "ham", True),
        ("review", "approve", False),
        ("review", "reject", False),
    ],
)
def test_only_what_the_policy_had_decided_can_be_overturned(
    blog: Caller, comment: str, judge: Judge, action: str, decision: str, overturned: bool
) -> None:
    judge(action=action)
    decided = decide(blog, comment, decision)
    assert decided["decision"]["overturned"] is overturned  # type: ignore[index]


def test_a_decision_is_told_to_webhooks(
    blog: Caller, comment: str, judge: Judge, database: Database
) -> None:
    judge()
    add_webhook(database, blog.site.id)
    decided = decide(blog, comment, "reject")
    with database.read() as tx:
        [event] = tx.execute(select(events)).all()
    assert event.type == "comment.decided"
    assert json.loads(event.payload)["data"] == decided


def test_the_same_decision_by_the_same_person_changes_nothing(
    blog: Caller, comment: str, judge: Judge, database: Database, clock: Clock
) -> None:
    judge()
    add_webhook(database, blog.site.id)
    first = decide(blog, comment, "reject", actor="ann")
    clock.move(hours=1)
    assert decide(blog, comment, "reject", actor="ann") == first
    assert (count(database), count(database, "events")) == (1, 1)


@pytest.mark.parametrize("note", [None, "upheld"])
def test_the_same_decision_again_answers_an_appeal(
    blog: Caller, comment: str, judge: Judge, database: Database, note: str | None
) -> None:
    judge()
    decide(blog, comment, "reject")
    appeal = json_of(blog.post(f"/v1/comments/{comment}/appeal", {"reason": "Why?"}))
    decided = json_of(
        blog.post(f"/v1/comments/{comment}/decision", {"decision": "reject", "note": note})
    )
    assert decided["decision"]["note"] == note
    assert count(database) == 2
    again = json_of(blog.post(f"/v1/comments/{comment}/appeal", {"reason": "Once more."}))
    assert again["id"] != appeal["id"], "the first was answered"


def test_the_same_decision_with_another_note_is_another(
    blog: Caller, comment: str, database: Database
) -> None:
    for note, known in (("one", 1), ("one", 1), ("two", 2)):
        decide(blog, comment, "reject", note=note)
        assert count(database) == known
    decide(blog, comment, "reject")
    assert count(database) == 2


def test_another_persons_decision_replaces_the_first(
    blog: Caller, comment: str, judge: Judge, database: Database
) -> None:
    judge()
    decide(blog, comment, "reject", actor="ann")
    decided = decide(blog, comment, "approve", actor="bob")
    assert decided["decision"]["actor"] == "bob"  # type: ignore[index]
    assert count(database) == 2


def test_a_pending_comment_can_be_decided_and_has_then_its_one_verdict(
    blog: Caller, comment: str, database: Database
) -> None:
    decided = decide(blog, comment, "ham")
    assert decided["status"] == "decided"
    assert decided["verdict"]["action"] == "approve"  # type: ignore[index]
    assert decided["verdict"]["decided_by"] == "platform"  # type: ignore[index]
    assert count(database, "verdicts") == 1
    stats = json_of(blog.get("/v1/stats"))
    assert stats["actions"] == {"approve": 1}


def test_a_verdict_that_was_on_its_way_does_not_overwrite_a_decision(
    blog: Caller, comment: str, database: Database
) -> None:
    taken = claim(database)
    decided = decide(blog, comment, "reject")
    assert deliver(database, taken) == 0
    assert blog.get(f"/v1/comments/{comment}").json == decided
    assert claim(database).comments == []


def deliver(database: Database, taken: Claim) -> int:
    judged = [(item, make_verdict()) for item in taken.comments]
    return len(database.write(lambda tx: record_verdicts(tx, taken, judged, NOW)))


def test_an_edit_after_a_decision_is_judged_again(blog: Caller, judge: Judge) -> None:
    first = json_of(blog.post("/v1/comments", {"body": "One", "external_id": "1"}))["id"]
    decide(blog, first, "approve")
    edited = json_of(blog.post("/v1/comments", {"body": "Two", "external_id": "1"}))
    assert (edited["status"], edited["decision"]) == ("pending", None)
    judge()
    assert json_of(blog.get(f"/v1/comments/{first}"))["status"] == "scored"


@pytest.mark.parametrize(
    ("content", "pointer"),
    [
        ({}, "/decision"),
        ({"decision": "maybe"}, "/decision"),
        ({"decision": "spam", "actor": 7}, "/actor"),
        ({"decision": "spam", "note": "\x00"}, "/note"),
        ({"decision": "spam", "why": "x"}, "/why"),
    ],
)
def test_a_wrong_field_of_a_decision_is_named(
    blog: Caller, comment: str, content: dict[str, object], pointer: str
) -> None:
    answer = blog.post(f"/v1/comments/{comment}/decision", content)
    assert answer.status_code == 422
    assert [error["pointer"] for error in json_of(answer)["errors"]] == [pointer]
