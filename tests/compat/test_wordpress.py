"""WordPress itself, with its Akismet plugin and our must-use plugin, against the service."""

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.compat.conftest import POLICY
from tests.compat.wordpress import WordPress, running_wordpress
from tests.servers import free_port, wait_until
from tests.service.running import RunningUp

pytestmark = pytest.mark.timeout(300)


@dataclass
class Scene:
    """A blog and the service that it asks."""

    blog: WordPress
    up: RunningUp
    api: httpx.Client

    def shows(self, text: str, status: str) -> None:
        """Wait until the comment has this status in WordPress."""
        wait_until(
            lambda: self.blog.status(text) == status, 20, f"{text!r} is {self.blog.status(text)}"
        )


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    directory = tmp_path_factory.mktemp("wp")
    port = str(free_port())
    env = {"TACTFUL_WEBHOOK_ALLOW": "127.0.0.1/32"}
    with (
        RunningUp(directory / "data", "--port", port, **env) as up,
        running_wordpress(directory) as blog,
    ):
        api = up.api()
        kind = {"Content-Type": "application/yaml"}
        assert api.put("/v1/policy", content=POLICY, headers=kind).is_success
        hook = {
            "url": f"{blog.url}/?rest_route=/tactful/v1/webhook",
            "events": ["comment.verdict", "comment.decided"],
        }
        secret = api.post("/v1/webhooks", json=hook).json()["secret"]
        blog.configure(
            TACTFUL_URL=up.url,
            WPCOM_API_KEY=up.credentials["akismet_key"],
            TACTFUL_WEBHOOK_SECRET=secret,
        )
        yield Scene(blog, up, api)


def decision_of(scene: Scene, text: str) -> Any:
    """Return what Tactful has on record as decided about the comment."""
    meta = scene.blog.json(
        f"get_comment_meta({(scene.blog.comment(text) or {})['comment_ID']}, 'tactful_guid', true)"
    )
    items = scene.api.get("/v1/comments?limit=100").json()["items"]
    return next(one["decision"] for one in items if one["metadata"]["akismet"]["guid"] == meta)


def test_the_key_is_verified(scene: Scene) -> None:
    key = scene.up.credentials["akismet_key"]
    assert scene.blog.json(f"Akismet::verify_key('{key}')") == "valid"
    assert scene.blog.json("Akismet::verify_key('wrongwrong12')") == "invalid"


def test_a_friendly_comment_is_published(scene: Scene) -> None:
    answer = scene.blog.post_comment("What a lovely article, don't change it.")
    assert answer.status_code == 302
    assert scene.blog.status("What a lovely article") == "1"
    assert "What a lovely article" in scene.blog.published()
    stored = scene.api.get("/v1/comments").json()["items"][0]
    assert stored["metadata"]["akismet"]["comment_post_ID"] == "1"


def test_an_abusive_comment_lands_in_spam(scene: Scene) -> None:
    scene.blog.post_comment("You are a bullshit artist.", name="Bob")
    assert scene.blog.status("bullshit artist") == "spam"
    assert "bullshit artist" not in scene.blog.published()


def test_a_blatant_comment_is_discarded(scene: Scene) -> None:
    answer = scene.blog.post_comment("Buy cheap pills here", name="Eve")
    assert answer.status_code == 302
    assert scene.blog.status("cheap pills") is None


def test_a_moderators_correction_arrives_as_a_decision(scene: Scene) -> None:
    text = "That bullshit was a quotation."
    scene.blog.post_comment(text, name="Cat")
    comment = scene.blog.comment(text)
    assert comment is not None
    assert comment["comment_approved"] == "spam"
    with scene.blog.signed_in() as browser:
        scene.blog.click_not_spam(browser, comment["comment_ID"])
    assert scene.blog.status(text) == "1"
    decision = decision_of(scene, text)
    assert decision is not None
    assert (decision["decision"], decision["actor"]) == ("ham", "admin")


def test_a_recheck_keeps_to_what_people_decided(scene: Scene) -> None:
    quotation = scene.blog.comment("That bullshit was a quotation.")
    abuse = scene.blog.comment("bullshit artist")
    assert quotation is not None
    assert abuse is not None
    assert scene.blog.json(f"Akismet::recheck_comment({quotation['comment_ID']})") == "false"
    assert scene.blog.json(f"Akismet::recheck_comment({abuse['comment_ID']})") == "true"


def test_a_decision_in_tactful_changes_the_blog(scene: Scene) -> None:
    text = "A subtle advertisement."
    scene.blog.post_comment(text, name="Dan")
    assert scene.blog.status(text) == "1"
    stored = scene.api.get("/v1/comments").json()["items"][0]
    decision = {"decision": "spam"}
    assert scene.api.post(f"/v1/comments/{stored['id']}/decision", json=decision).is_success
    scene.shows(text, "spam")


@pytest.fixture
def stopped_worker(scene: Scene) -> Iterator[Callable[[], None]]:
    worker = scene.up.worker()
    os.kill(worker.pid, signal.SIGSTOP)
    yield lambda: os.kill(worker.pid, signal.SIGCONT)
    os.kill(worker.pid, signal.SIGCONT)


def test_a_late_verdict_reaches_the_blog(scene: Scene, stopped_worker: Callable[[], None]) -> None:
    text = "A friendly comment at a bad time."
    scene.blog.post_comment(text, name="Fay")
    assert scene.blog.status(text) == "spam"  # the site's on_timeout is review
    stopped_worker()
    scene.shows(text, "1")


def test_an_unsigned_verdict_changes_nothing(scene: Scene) -> None:
    answer = httpx.post(f"{scene.blog.url}/?rest_route=/tactful/v1/webhook", json={"type": "x"})
    assert answer.status_code in {401, 403}


def test_without_tactful_comments_are_held_until_it_is_back(scene: Scene) -> None:
    text = "Is anybody there?"
    scene.up.stop()
    answer = scene.blog.post_comment(text, name="Gus")
    assert answer.status_code == 302
    assert "error" not in answer.text.lower()
    assert scene.blog.status(text) == "0"
    assert httpx.get(scene.blog.url).status_code == 200

    scene.up.start()
    scene.blog.php("Akismet::cron_recheck();")
    assert scene.blog.status(text) == "1"
