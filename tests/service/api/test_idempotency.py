from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import select

from service.app import create_app
from service.context import ServiceContext
from store.database import Database
from store.sealing import Sealer
from store.tables import comments, idempotency_keys
from tests.service.api.conftest import Caller, Clock, Judge, JudgingWaiter, json_of

KEY = {"Idempotency-Key": "order-66"}


def stored(database: Database) -> int:
    with database.read() as tx:
        return len(tx.execute(select(comments.c.id)).all())


def test_a_repeated_request_is_answered_with_the_first_answer(
    blog: Caller, judge: Judge, database: Database
) -> None:
    first = blog.post("/v1/comments", {"body": "Hello"}, headers=KEY)
    judge()
    again = blog.post("/v1/comments", {"body": "Hello"}, headers=KEY)
    assert (again.status_code, again.data) == (202, first.data)
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert stored(database) == 1


def test_a_verdict_that_was_waited_for_is_in_the_repeated_answer_too(
    blog: Caller, waiter: JudgingWaiter, judge: Judge
) -> None:
    waiter.judge = judge
    headers = {**KEY, "Prefer": "wait=5"}
    first = blog.post("/v1/comments", {"body": "Hello"}, headers=headers)
    again = blog.post("/v1/comments", {"body": "Hello"}, headers=headers)
    assert (again.status_code, again.data) == (200, first.data)
    assert len(waiter.waited) == 1


@pytest.mark.parametrize("judged_before", [True, False])
def test_who_repeats_gets_the_verdict_that_was_not_there_in_time(
    blog: Caller, waiter: JudgingWaiter, judge: Judge, database: Database, *, judged_before: bool
) -> None:
    headers = {**KEY, "Prefer": "wait=5"}
    first = blog.post("/v1/comments", {"body": "Hello"}, headers=headers)
    assert first.status_code == 202
    if judged_before:
        judge()
    else:
        waiter.judge = judge
    again = blog.post("/v1/comments", {"body": "Hello"}, headers=headers)
    assert (again.status_code, json_of(again)["verdict"]["action"]) == (200, "approve")
    assert json_of(again)["id"] == json_of(first)["id"]
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.headers["Preference-Applied"] == "wait=5"
    assert stored(database) == 1


def test_a_key_with_another_body_or_another_address_is_refused(blog: Caller) -> None:
    comment = json_of(blog.post("/v1/comments", {"body": "Hello"}, headers=KEY))["id"]
    for path, body in (
        ("/v1/comments", {"body": "Goodbye"}),
        ("/v1/analyze", {"text": "Hello"}),
        (f"/v1/comments/{comment}/decision", {"decision": "spam"}),
    ):
        answer = blog.post(path, body, headers=KEY)
        assert answer.status_code == 422
        assert json_of(answer)["type"] == "/docs#problem-key-reused"
    assert json_of(blog.get(f"/v1/comments/{comment}"))["status"] == "pending"


def test_a_key_is_its_sites_own(blog: Caller, other: Caller, database: Database) -> None:
    blog.post("/v1/comments", {"body": "Hello"}, headers=KEY)
    assert other.post("/v1/comments", {"body": "Other"}, headers=KEY).status_code == 202
    assert stored(database) == 2


def test_a_key_is_free_again_after_24_hours(blog: Caller, clock: Clock, database: Database) -> None:
    blog.post("/v1/comments", {"body": "Hello"}, headers=KEY)
    clock.move(hours=23, minutes=59)
    assert blog.post("/v1/comments", {"body": "Other"}, headers=KEY).status_code == 422
    clock.move(minutes=1)
    assert blog.post("/v1/comments", {"body": "Other"}, headers=KEY).status_code == 202
    assert stored(database) == 2


def test_a_request_that_was_refused_does_not_use_up_its_key(blog: Caller) -> None:
    assert blog.post("/v1/comments", {"body": ""}, headers=KEY).status_code == 422
    assert blog.post("/v1/comments", {"body": "Hello"}, headers=KEY).status_code == 202


def test_of_many_at_once_one_is_done_and_all_get_its_answer(
    blog: Caller, database: Database
) -> None:
    def send(_number: int) -> tuple[int, str]:
        answer = blog.post("/v1/comments", {"body": "Hello"}, headers=KEY)
        return answer.status_code, json_of(answer)["id"]

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(send, range(16)))
    assert len(answers) == 1
    assert stored(database) == 1


def test_a_crash_leaves_neither_the_comment_nor_the_key(
    blog: Caller, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_args: object) -> None:
        raise SystemError

    with monkeypatch.context() as patched:
        patched.setattr("service.http.idempotency.keep_reply", crash)
        assert blog.post("/v1/comments", {"body": "Hello"}, headers=KEY).status_code == 500
    assert stored(database) == 0
    assert blog.post("/v1/comments", {"body": "Hello"}, headers=KEY).status_code == 202


def test_what_is_kept_is_sealed(blog: Caller, database: Database, context: ServiceContext) -> None:
    metadata = {"body": "Hello", "metadata": {"secret": "x-ray"}}
    answer = blog.post("/v1/comments", metadata, headers=KEY)
    with database.read() as tx:
        [kept] = tx.execute(select(idempotency_keys.c.response)).scalars()
    assert "x-ray" not in str(kept)
    assert context.sealer.open(str(kept)) == answer.text


def test_an_answer_whose_secret_key_is_lost_is_made_again(
    blog: Caller, context: ServiceContext
) -> None:
    comment = {"body": "Hello", "external_id": "1"}
    first = blog.post("/v1/comments", comment, headers=KEY)
    app = create_app(replace(context, sealer=Sealer("another secret of the tests")))
    resealed = replace(blog, client=app.test_client())
    anew, again = (resealed.post("/v1/comments", comment, headers=KEY) for _ in range(2))
    assert (anew.status_code, json_of(anew)["id"]) == (202, json_of(first)["id"])
    assert "Idempotency-Replayed" not in anew.headers
    assert again.headers["Idempotency-Replayed"] == "true"


def test_an_analysis_is_made_again_but_its_key_is_not_for_another_text(blog: Caller) -> None:
    for _ in range(2):
        answer = blog.post("/v1/analyze", {"text": "Hello"}, headers=KEY)
        assert answer.status_code == 200
    assert blog.post("/v1/analyze", {"text": "Goodbye"}, headers=KEY).status_code == 422


@pytest.mark.parametrize("key", ["", "a b", "x" * 256, "ü"])
def test_a_malformed_key_is_refused(blog: Caller, key: str, database: Database) -> None:
    answer = blog.post("/v1/comments", {"body": "Hello"}, headers={"Idempotency-Key": key})
    assert answer.status_code == 400
    assert json_of(answer)["type"] == "/docs#problem-bad-header"
    assert stored(database) == 0
