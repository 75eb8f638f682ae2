"""The backlog is bounded: beyond it nothing is stored, and every protocol holds its comments."""

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import Connection

from service.app import create_app
from service.context import ServiceContext
from service.http.backlog import Backlog, BacklogFull
from store.database import Database
from store.sites import set_coral_secret
from tests.make import submit
from tests.service.api.conftest import Caller, Judge, json_of

MOST = 3


@pytest.fixture
def context(context: ServiceContext) -> ServiceContext:
    return replace(context, max_pending=MOST)


@pytest.fixture
def app(context: ServiceContext) -> Flask:
    return create_app(context)


@pytest.fixture
def full(blog: Caller, database: Database) -> None:
    for _ in range(MOST):
        submit(database, blog.site.id)


def stored(blog: Caller) -> int:
    return len(json_of(blog.get("/v1/comments"))["items"])


@pytest.mark.usefixtures("full")
def test_more_is_refused_and_not_stored(blog: Caller) -> None:
    answer = blog.post("/v1/comments", {"body": "One too many"}, headers={"Idempotency-Key": "a"})
    assert (answer.status_code, answer.content_type) == (503, "application/problem+json")
    assert answer.headers["Retry-After"] == "5"
    assert json_of(answer)["type"].endswith("#problem-backlog-full")
    assert stored(blog) == MOST


@pytest.mark.usefixtures("full")
def test_an_akismet_client_is_told_to_hold(blog: Caller) -> None:
    form = {"blog": "https://b.example", "user_ip": "203.0.113.9", "comment_content": "Hi"}
    form["api_key"] = blog.keys.akismet_key
    answer = blog.client.post("/1.1/comment-check", data=form)
    assert (answer.status_code, answer.text) == (503, "true")
    assert "Retry-After" in answer.headers
    assert "X-akismet-error" in answer.headers
    agent = {"User-Agent": "WordPress/6.1.9 | Akismet/5.0.2"}  # it holds at another word
    answer = blog.client.post("/1.1/comment-check", data=form, headers=agent)
    assert (answer.status_code, answer.text) == (503, "unavailable")
    assert stored(blog) == MOST


@pytest.mark.usefixtures("full")
def test_coral_is_told_to_hold(blog: Caller, context: ServiceContext) -> None:
    secret = "a secret of Coral's"
    sealed = context.sealer.seal(secret)
    context.database.write(lambda tx: set_coral_secret(tx, blog.site.id, sealed))
    raw = json.dumps({"action": "NEW", "comment": {"body": "Hello"}}).encode()
    signature = hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
    answer = blog.client.post(
        f"/coral/{blog.keys.akismet_key}",
        data=raw,
        headers={"X-Coral-Signature": f"sha256={signature}"},
    )
    assert json_of(answer) == {"status": "PREMOD"}
    assert stored(blog) == MOST


@pytest.mark.usefixtures("full")
def test_what_was_judged_makes_room(judge: Judge, database: Database) -> None:
    now = [0.0]
    backlog = Backlog(database, MOST, lambda: now[0])
    with pytest.raises(BacklogFull):
        backlog.admit()
    judge()
    with pytest.raises(BacklogFull):  # counted a moment ago
        backlog.admit()
    now[0] = 1.0
    for _ in range(MOST):  # what this process took in counts before the next look
        backlog.admit()
    with pytest.raises(BacklogFull):
        backlog.admit()


def test_no_bound_is_no_bound(database: Database, blog: Caller) -> None:
    backlog = Backlog(database, 0)
    for _ in range(10):
        backlog.admit()
    assert stored(blog) == 0


class CountedSlowly(Database):
    """A database whose readers wait for `go_on`; `asked` is set once one does."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.asked, self.go_on = threading.Event(), threading.Event()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        self.asked.set()
        assert self.go_on.wait(30)
        with super().read() as tx:
            yield tx


@pytest.mark.usefixtures("full")
def test_nobody_is_refused_by_a_count_of_long_ago(judge: Judge, database_url: str) -> None:
    now = [0.0]
    slow = CountedSlowly(database_url)
    slow.go_on.set()
    backlog = Backlog(slow, MOST, lambda: now[0])
    with pytest.raises(BacklogFull):
        backlog.admit()
    judge()
    now[0] = 60.0
    slow.asked.clear()
    slow.go_on.clear()
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(backlog.admit)
        assert slow.asked.wait(30)
        second = threads.submit(backlog.admit)  # while the first counts
        early = wait([second], 0.5).done
        slow.go_on.set()
    assert not early
    assert (first.result(), second.result()) == (None, None)
    slow.close()
