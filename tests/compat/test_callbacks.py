"""Akismet's `callback`: a check that was answered too early has its verdict told afterwards."""

import time

from store.sites import set_akismet_review
from tests.compat.conftest import Blog
from tests.compat.test_deadlines import worker_stopped
from tests.receivers import Receiver
from tests.servers import wait_until


def test_a_verdict_that_came_late_is_told_as_the_plugin_expects_it(
    blog: Blog, receiver: Receiver
) -> None:
    with worker_stopped(blog.up):
        answer = blog.check("A friendly word.", callback=receiver.url, comment_post_ID="17")
    assert answer.text == "true"  # the site's `on_timeout` is review
    wait_until(lambda: bool(receiver.received), 20, "no verdict was told")
    (told,) = receiver.received
    assert told.headers["x-akismet-webhook"] == "1"  # without, WordPress reports the change back
    assert told.event == {
        "key": blog.keys.akismet_key,
        "endpoint": "comment-check",
        "comments": [
            {
                "guid": answer.headers["X-akismet-guid"],
                "result": "false",
                "comment_post_ID": "17",
            }
        ],
    }


def test_a_verdict_that_was_in_the_answer_is_not_told_again(blog: Blog, receiver: Receiver) -> None:
    assert blog.check("A friendly word.", callback=receiver.url).text == "false"
    with worker_stopped(blog.up):
        blog.check("A later word.", callback=receiver.url)
    wait_until(lambda: bool(receiver.received), 20, "no verdict was told")
    time.sleep(1)  # for what should not come
    assert len(receiver.received) == 1


def test_what_was_not_read_whole_is_not_told_as_good(blog: Blog, receiver: Receiver) -> None:
    blog.write(lambda tx, site_id: set_akismet_review(tx, site_id, "publish"))
    with worker_stopped(blog.up):
        blog.check("lovely " * 10_000, callback=receiver.url)
        bad = blog.check("Do reject me. " * 10_000, callback=receiver.url)
        good = blog.check("A later word.", callback=receiver.url)
    wait_until(lambda: len(receiver.received) > 1, 20, "no verdict was told")
    time.sleep(1)  # for what should not come
    told = {one["guid"]: one["result"] for r in receiver.received for one in r.event["comments"]}
    assert told == {
        bad.headers["X-akismet-guid"]: "true",
        good.headers["X-akismet-guid"]: "false",
    }


def test_an_address_that_may_not_be_called_is_not(blog: Blog, receiver: Receiver) -> None:
    forbidden = receiver.url.replace("127.0.0.1", "127.0.0.2")
    with worker_stopped(blog.up):
        blog.check("A friendly word.", callback=forbidden)
        blog.check("A friendly word, too.", callback=receiver.url)
    wait_until(lambda: bool(receiver.received), 20, "no verdict was told")
    refused = [line for line in blog.up.log.read_text().splitlines() if "akismet_callback" in line]
    assert any("Blocked" in line for line in refused)
    assert not any(blog.keys.akismet_key in line or forbidden in line for line in refused)
