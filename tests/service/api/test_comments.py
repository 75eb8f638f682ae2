import json

import pytest
from redis import Redis

from service.context import ServiceContext
from tests.servers import free_port
from tests.service.api.conftest import Caller, Clock, Judge, JudgingWaiter, json_of


def submitted(blog: Caller, **fields: object) -> str:
    answer = blog.post("/v1/comments", {"body": "Hello", **fields})
    return str(json_of(answer)["id"])


def test_a_submitted_comment_is_pending_and_can_be_read(blog: Caller) -> None:
    answer = blog.post("/v1/comments", {"body": "Hello", "external_id": "wp-1"})
    assert answer.status_code == 202
    assert json_of(answer)["status"] == "pending"
    assert json_of(answer)["verdict"] is None
    assert answer.headers["Location"] == f"/v1/comments/{json_of(answer)['id']}"
    assert blog.get(answer.headers["Location"]).json == answer.json


def test_a_comment_that_is_waited_for_comes_with_its_verdict(
    blog: Caller, waiter: JudgingWaiter, judge: Judge
) -> None:
    waiter.judge = judge
    answer = blog.post("/v1/comments", {"body": "Hello"}, headers={"Prefer": "wait=5"})
    assert answer.status_code == 200
    assert answer.headers["Preference-Applied"] == "wait=5"
    assert json_of(answer)["verdict"]["action"] == "approve"
    assert waiter.waited == [5]


def test_without_a_verdict_in_time_the_comment_is_still_accepted(
    blog: Caller, waiter: JudgingWaiter
) -> None:
    answer = blog.post("/v1/comments", {"body": "Hello"}, headers={"Prefer": "wait=99"})
    assert answer.status_code == 202
    assert answer.headers["Preference-Applied"] == "wait=30"
    assert waiter.waited == [30]


def test_a_malformed_preference_is_ignored(blog: Caller, waiter: JudgingWaiter) -> None:
    answer = blog.post("/v1/comments", {"body": "Hello"}, headers={"Prefer": "wait=soon"})
    assert answer.status_code == 202
    assert "Preference-Applied" not in answer.headers
    assert waiter.waited == []


def test_metadata_is_measured_as_it_was_sent(blog: Caller) -> None:
    compact = {"ab": [1] * 2_044}
    assert len(json.dumps(compact, separators=(",", ":"))) == 4_096
    assert blog.post("/v1/comments", {"body": "Hello", "metadata": compact}).status_code == 202
    answer = blog.post("/v1/comments", {"body": "Hello", "metadata": {"ab": [1] * 2_044 + [10]}})
    assert "at most 4096 bytes of JSON, is 4099" in json_of(answer)["errors"][0]["detail"]


def test_metadata_is_given_back_as_it_came(blog: Caller) -> None:
    metadata = {"a": [1, 2.5, None, {"é": "\\u0000"}], "b": True}
    answer = blog.post("/v1/comments", {"body": "Hello", "metadata": metadata})
    assert json_of(answer)["metadata"] == metadata


def test_the_same_content_again_is_the_same_comment(
    blog: Caller, judge: Judge, redis: Redis
) -> None:
    first = submitted(blog, external_id="wp-1")
    judge()
    redis.flushall()
    again = blog.post("/v1/comments", {"body": "Hello", "external_id": "wp-1"})
    assert again.status_code == 200
    assert json_of(again)["id"] == first
    assert json_of(again)["revision"] == 1
    assert not redis.exists("bell:score")


def test_changed_content_is_an_edit_that_is_judged_again(
    blog: Caller, judge: Judge, redis: Redis
) -> None:
    first = submitted(blog, external_id="wp-1")
    judge()
    redis.flushall()
    edit = blog.post("/v1/comments", {"body": "Hello!", "external_id": "wp-1"})
    assert edit.status_code == 202
    assert json_of(edit) | {"submitted_at": ""} == {
        "id": first,
        "external_id": "wp-1",
        "revision": 2,
        "status": "pending",
        "submitted_at": "",
        "metadata": {},
        "verdict": None,
        "decision": None,
    }
    assert redis.exists("bell:score")


def test_pages_go_from_the_newest_to_the_oldest(blog: Caller) -> None:
    ids = [submitted(blog, body=f"Comment {number}") for number in range(5)]
    seen, path = [], "/v1/comments?limit=2"
    while path:
        page = json_of(blog.get(path))
        seen += [item["id"] for item in page["items"]]
        path = f"/v1/comments?limit=2&cursor={page['next']}" if page["next"] else ""
    assert seen == sorted(ids, reverse=True)


def test_a_list_can_be_narrowed_by_status_and_action(
    blog: Caller, judge: Judge, clock: Clock
) -> None:
    held = submitted(blog, body="One")
    judge(action="review")
    clock.move(seconds=1)
    waiting = submitted(blog, body="Two")
    listed = json_of(blog.get("/v1/comments?status=pending"))
    assert [item["id"] for item in listed["items"]] == [waiting]
    listed = json_of(blog.get("/v1/comments?action=review"))
    assert [item["id"] for item in listed["items"]] == [held]


def test_another_sites_comment_looks_like_none_at_all(blog: Caller, other: Caller) -> None:
    comment = submitted(blog)
    absent = "/v1/comments/cmt_00000000000000000000000000"
    for method, suffix, body in (
        ("GET", "", None),
        ("DELETE", "", None),
        ("POST", "/decision", {"decision": "spam"}),
    ):
        answers = [
            other(method, path + suffix, json=body) for path in (f"/v1/comments/{comment}", absent)
        ]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].data == answers[1].data
    assert json_of(other.get("/v1/comments"))["items"] == []
    assert json_of(blog.get(f"/v1/comments/{comment}"))["status"] == "pending"


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("limit=0", "?limit"),
        ("limit=101", "?limit"),
        ("limit=1_0", "?limit"),
        ("limit=", "?limit"),
        ("status=gone", "?status"),
        ("action=", "?action"),
        ("cursor=%00", "?cursor"),
        ("colour=red", "?colour"),
        ("limit=1&limit=2", "?limit"),
    ],
)
def test_a_bad_parameter_is_named(blog: Caller, query: str, pointer: str) -> None:
    answer = blog.get(f"/v1/comments?{query}")
    assert answer.status_code == 422
    assert [error["pointer"] for error in json_of(answer)["errors"]] == [pointer]


def test_a_redis_that_is_down_costs_a_comment_nothing(
    context: ServiceContext, blog: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = {"host": "127.0.0.1", "port": free_port()}
    monkeypatch.setattr(context.redis.connection_pool, "connection_kwargs", nowhere)
    context.redis.connection_pool.disconnect()
    assert blog.post("/v1/comments", {"body": "Hello"}).status_code == 202
