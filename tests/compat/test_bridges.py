"""The bridges to products without a client of their own, against replicas of their APIs."""

import base64
import hmac
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import httpx
import pytest

from tests.compat.conftest import Blog
from tests.compat.replicas import Replica, running_replica
from tests.compat.test_integrations import SCRIPTS, environment
from tests.servers import free_port, wait_until


@pytest.fixture
def replica() -> Iterator[Replica]:
    with running_replica() as replica:
        yield replica


@contextmanager
def running(blog: Blog, script: str, **settings: str) -> Iterator[str]:
    """Run a bridge that Tactful tells of verdicts; give its address."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    events = ["comment.verdict", "comment.decided"]
    made = blog.api.post("/v1/webhooks", json={"url": f"{url}/tactful", "events": events})
    assert made.status_code == 201, made.text
    secret = {"TACTFUL_SECRET": made.json()["secret"]}
    command = [sys.executable, str(SCRIPTS / script), str(port)]
    with subprocess.Popen(command, env={**environment(blog), **secret, **settings}) as process:
        try:
            wait_until(lambda: _listens(url), 20, "the bridge does not answer")
            yield url
        finally:
            process.terminate()


def _listens(url: str) -> bool:
    try:
        return httpx.get(url).status_code == 501
    except httpx.HTTPError:
        return False


def tell(url: str, body: bytes, secret: str, event: str = "post_created") -> int:
    """Send a webhook as Discourse does; return the status."""
    headers = {
        "X-Discourse-Event": event,
        "X-Discourse-Event-Signature": "sha256="
        + hmac.digest(secret.encode(), body, "sha256").hex(),
    }
    return httpx.post(f"{url}/discourse", content=body, headers=headers, timeout=30).status_code


def discourse_post(number: int, text: str) -> bytes:
    post = {"id": number, "user_id": 5, "username": "ada", "raw": text, "topic_title": "Hello"}
    return json.dumps({"post": {**post, "admin": False, "moderator": False}}).encode()


def taken(blog: Blog, event: str = "comment.verdict") -> set[str]:
    """Return the comments of which the bridge took this event."""
    deliveries = blog.api.get("/v1/deliveries").json()["items"]
    took = (one for one in deliveries if (one["event_type"], one["state"]) == (event, "delivered"))
    return {one["comment_id"] for one in took}


def test_discourse_posts_are_flagged_or_deleted(blog: Blog, replica: Replica) -> None:
    settings = {"DISCOURSE": replica.url, "DISCOURSE_KEY": "k", "DISCOURSE_SECRET": "s"}
    with running(blog, "discourse/bridge.py", **settings) as url:
        for number, text in enumerate(["Well said.", "This is bullshit.", "reject me"], start=1):
            assert tell(url, discourse_post(number, text), "s") == 204
        assert tell(url, discourse_post(4, "forged"), "wrong") == 400
        wait_until(lambda: len(replica.asked) >= 2, 30, "Discourse was not asked")
        held = next(one for one in blog.comments() if one["external_id"] == "discourse-2")
        blog.api.post(f"/v1/comments/{held['id']}/decision", json={"decision": "spam"})
        wait_until(lambda: len(replica.asked) >= 3, 30, "the decision did not come back")
        blog.api.post(f"/v1/comments/{held['id']}/decision", json={"decision": "approve"})
        wait_until(lambda: len(replica.asked) >= 4, 30, "the approval did not come back")
    assert {(one.method, one.path) for one in replica.asked} == {
        ("POST", "/post_actions.json"),
        ("DELETE", "/posts/3.json"),
        ("DELETE", "/posts/2.json"),
        ("PUT", "/posts/2/recover.json"),
    }
    flag = next(one.body for one in replica.asked if one.method == "POST")
    assert (flag["id"], flag["post_action_type_id"]) == (2, 7)
    assert flag["message"]
    assert {one.headers["api-key"] for one in replica.asked} == {"k"}
    assert {one["external_id"] for one in blog.comments()} == {f"discourse-{n}" for n in (1, 2, 3)}


def test_an_approval_restores_in_discourse_only_what_the_bridge_deleted(
    blog: Blog, replica: Replica
) -> None:
    settings = {"DISCOURSE": replica.url, "DISCOURSE_KEY": "k", "DISCOURSE_SECRET": "s"}
    with running(blog, "discourse/bridge.py", **settings) as url:
        assert tell(url, discourse_post(1, "This is bullshit."), "s") == 204
        assert tell(url, discourse_post(2, "reject me"), "s") == 204
        wait_until(lambda: len(replica.asked) >= 2, 30, "Discourse was not asked")
    with running(blog, "discourse/bridge.py", **settings):  # another, which has deleted nothing
        for comment in sorted(blog.comments(), key=lambda one: one["external_id"]):
            blog.api.post(f"/v1/comments/{comment['id']}/decision", json={"decision": "approve"})
        approved = partial(taken, blog, "comment.decided")
        wait_until(lambda: len(approved()) == 2, 30, "the bridge did not take both")
    assert [one.path for one in replica.asked if one.method == "PUT"] == ["/posts/2/recover.json"]


def test_a_post_that_cannot_be_read_is_flagged(blog: Blog, replica: Replica) -> None:
    settings = {"DISCOURSE": replica.url, "DISCOURSE_KEY": "k", "DISCOURSE_SECRET": "s"}
    with running(blog, "discourse/bridge.py", **settings) as url:
        assert tell(url, discourse_post(1, "Long. " * 50_000), "s") == 204
    (flag,) = replica.asked
    assert flag.path == "/post_actions.json"
    assert flag.body["id"] == 1
    assert "could not read" in flag.body["message"]


@pytest.mark.parametrize("script", ["discourse/bridge.py", "remark42/unpublish.py"])
def test_what_others_submit_is_not_a_bridges(blog: Blog, replica: Replica, script: str) -> None:
    settings = {"DISCOURSE": replica.url, "DISCOURSE_KEY": "k", "DISCOURSE_SECRET": "s"}
    settings |= {"REMARK_URL": replica.url, "ADMIN_PASSWD": "p"}
    with running(blog, script, **settings):
        for named in ({}, {"external_id": "wp-1"}):
            comment = {"body": "reject me", **named}
            assert blog.api.post("/v1/comments", json=comment).status_code == 202
        wait_until(lambda: len(taken(blog)) == 2, 20, "the bridge did not take both")
    assert replica.asked == []


def test_what_is_rejected_is_deleted_in_remark42(blog: Blog, replica: Replica) -> None:
    settings = {"REMARK_URL": replica.url, "ADMIN_PASSWD": "p"}
    where = {"site": "blog", "url": "https://blog.example/a?b=1"}
    with running(blog, "remark42/unpublish.py", **settings):
        for number, text in enumerate(["Well said.", "reject me"]):
            comment = {"external_id": f"remark42-{number}", "body": text, "metadata": where}
            assert blog.api.post("/v1/comments", json=comment).status_code == 202
        wait_until(lambda: len(replica.asked) >= 1, 30, "Remark42 was not asked")
    (asked,) = replica.asked
    assert asked.method == "DELETE"
    assert (
        asked.path == "/api/v1/admin/comment/1?site=blog&url=https%3A%2F%2Fblog.example%2Fa%3Fb%3D1"
    )
    assert asked.headers["authorization"] == "Basic " + base64.b64encode(b"admin:p").decode()
