from tests.service.api.conftest import Caller, Judge, JudgingWaiter


def test_a_submitted_comment_is_pending_and_can_be_read(blog: Caller) -> None:
    answer = blog.post("/v1/comments", {"body": "Hello", "external_id": "wp-1"})
    assert answer.status_code == 202
    assert answer.json is not None
    assert answer.json["status"] == "pending"
    assert answer.json["verdict"] is None
    assert answer.headers["Location"] == f"/v1/comments/{answer.json['id']}"
    assert blog.get(answer.headers["Location"]).json == answer.json


def test_a_comment_that_is_waited_for_comes_with_its_verdict(
    blog: Caller, waiter: JudgingWaiter, judge: Judge
) -> None:
    waiter.judge = judge
    answer = blog.post("/v1/comments", {"body": "Hello"}, headers={"Prefer": "wait=5"})
    assert answer.status_code == 200
    assert answer.headers["Preference-Applied"] == "wait=5"
    assert answer.json is not None
    assert answer.json["verdict"]["action"] == "approve"
    assert waiter.waited == [5]


def test_without_a_verdict_in_time_the_comment_is_still_accepted(
    blog: Caller, waiter: JudgingWaiter
) -> None:
    answer = blog.post("/v1/comments", {"body": "Hello"}, headers={"Prefer": "wait=99"})
    assert answer.status_code == 202
    assert answer.headers["Preference-Applied"] == "wait=30"
    assert waiter.waited == [30]
