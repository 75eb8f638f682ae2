"""What others do is seen by itself: by a stream, or by asking where no stream is left."""

import contextlib
import re
import time
from collections.abc import Callable
from dataclasses import replace

import httpx
import pytest
from playwright.sync_api import Page, Route, expect
from redis import Redis
from structlog.testing import capture_logs

from service.context import ServiceContext
from service.http.hub import Hub
from service.http.streams import LASTS, Streams
from store.members import put_out
from store.sites import create_site
from tests.review.conftest import PASSWORD, Blog, SignIn, ask_script, settle
from workers.redis_clients import patient_client
from workers.signals import REVIEW_CHANNEL, VERDICTS_CHANNEL, announce_verdicts

BOB = "bob@blog.example"


@pytest.fixture
def two(blog: Blog) -> list[str]:
    return [blog.flag(f"Comment {number}.") for number in range(2)]


def decide(page: Page, key: str) -> None:
    page.keyboard.press(key)
    settle(page)


def refuse(route: Route) -> None:
    route.abort()


def test_a_stream_tells_of_counts_and_decisions_of_others(
    blog: Blog, two: list[str], page: Page, sign_in: SignIn
) -> None:
    blog.person(BOB)
    other = sign_in(BOB)
    other.route("**/review/counts*", refuse)  # it may not ask
    other.wait_for_function("() => import('/static/review/live.js').then((m) => m.streaming)")
    decide(page, "r")
    expect(other.locator(f'[data-row="{two[0]}"]')).to_have_count(0)
    expect(other.locator("[data-count]")).to_have_text("1")
    # What the other has in focus stays, and says what became of it.
    decide(page, "a")
    expect(other.locator(".claimed:visible")).to_contain_text(
        "Already decided by ann@blog.example: approve"
    )
    assert ask_script(other, "live", "m.streaming")


def test_what_one_decides_leaves_ones_other_tab(two: list[str], page: Page) -> None:
    other = page.context.new_page()
    other.goto("/review")
    decide(page, "j")
    decide(page, "a")
    expect(other.locator(f'[data-row="{two[1]}"]')).to_have_count(0)
    decide(page, "r")
    said = "Already decided by ann@blog.example: reject"
    expect(other.locator(".claimed:visible")).to_contain_text(said)
    expect(page.locator("[data-count]")).to_have_text("0")
    decide(page, "u")  # and is not said of what is taken back
    expect(page.locator(".card[aria-current]")).to_be_visible()
    assert page.locator(".claimed:visible").count() == 0
    expect(other.locator(".claimed:visible")).to_have_count(0)


def test_a_comment_that_somebody_has_says_so_from_the_start(
    blog: Blog, two: list[str], page: Page, sign_in: SignIn
) -> None:
    blog.person(BOB)
    other = sign_in(BOB)
    for told in ("claims", "counts", "live"):  # later, that is
        other.route(re.compile(rf"/review/{told}($|\?)"), refuse)
    other.goto(f"/review?focus={two[0]}")
    expect(other.locator(".claimed:visible")).to_contain_text("ann@blog.example has this")
    assert page.locator(".claimed:visible").count() == 0


def test_without_a_place_the_page_asks(
    blog: Blog, context: ServiceContext, two: list[str], sign_in: SignIn
) -> None:
    assert context.streams is not None
    places = [context.streams.take() for _ in range(3)]
    assert all(places)
    assert context.streams.take() is None
    blog.person("ann@blog.example")
    page = sign_in()
    blog.flag("Another.")
    expect(page.locator("[data-count]")).to_have_text(str(len(two) + 1))
    assert not ask_script(page, "live", "m.streaming")


def test_twenty_pages_hold_no_more_than_their_places(url: str, blog: Blog) -> None:
    blog.person("ann@blog.example")
    with httpx.Client(base_url=url, timeout=20) as client, contextlib.ExitStack() as open_pages:
        who = {"email": "ann@blog.example", "password": PASSWORD}
        assert client.post("/sign-in", data=who).status_code == 303
        pages = [open_pages.enter_context(client.stream("GET", "/review/live")) for _ in range(20)]
        assert sorted(page.status_code for page in pages) == [200] * 3 + [204] * 17
        lines = next(page for page in pages if page.status_code == 200).iter_lines()
        assert "event: queues" in [next(lines) for _ in range(3)]


def test_a_place_is_given_back_when_a_page_is_left(
    url: str, blog: Blog, context: ServiceContext
) -> None:
    blog.person("ann@blog.example")
    assert context.streams is not None
    with httpx.Client(base_url=url, timeout=20) as client:
        who = {"email": "ann@blog.example", "password": PASSWORD}
        client.post("/sign-in", data=who)
        taken = [context.streams.take() for _ in range(2)]
        with client.stream("GET", "/review/live") as page:
            assert next(page.iter_lines()) == "retry: 1000"
            assert context.streams.take() is None
    assert len(taken) == 2
    assert _eventually(context.streams.take)


@pytest.mark.parametrize("removed", [False, True], ids=["signed out", "taken off the site"])
def test_nobody_hears_of_a_session_or_a_site_that_is_over(
    url: str, blog: Blog, context: ServiceContext, removed: bool
) -> None:
    ann = blog.person("ann@blog.example")
    other, _ = blog.database.write(lambda tx: create_site(tx, "other", blog.clock()))
    replace(blog, site=other).person("ann@blog.example")
    with httpx.Client(base_url=url, timeout=20) as client:
        who = {"email": "ann@blog.example", "password": PASSWORD}
        client.post("/sign-in", data=who)
        began = time.monotonic()
        with client.stream("GET", "/review/live") as page:
            lines = page.iter_lines()
            assert next(lines) == "retry: 1000"
            csrf = httpx.get(f"{url}/account", cookies=client.cookies).text
            token = csrf.partition('name="csrf" value="')[2].partition('"')[0]
            if removed:
                blog.database.write(lambda tx: put_out(tx, ann, blog.site.id))
            else:
                httpx.post(f"{url}/sign-out", cookies=client.cookies, data={"csrf": token})
            assert list(lines)[-1] == ""  # it ended
        assert time.monotonic() - began < LASTS  # when each of them does
    assert context.streams is not None


def test_a_process_that_ends_does_not_wait_for_streams(hub: Hub) -> None:
    stopping = False
    streams = Streams(hub, 1, lambda: stopping)
    looks = streams.looks("site_1")
    next(looks)
    stopping = True
    assert list(looks) == []


@pytest.mark.parametrize("channel", [VERDICTS_CHANNEL, REVIEW_CHANNEL, "own"])
@pytest.mark.parametrize("junk", [b"junk", b"\xff\xfe", b"5", b"[[1]]", b"[" * 100_000])
def test_signals_that_cannot_be_read_end_nothing(
    hub: Hub, redis: Redis, channel: str, junk: bytes
) -> None:
    with hub.ticket("com_1") as ticket:
        assert hub.listens(20)
        redis.publish(hub.replies_channel if channel == "own" else channel, junk)
        announce_verdicts(redis, ["com_1"])
        assert ticket.wait(20)
    assert hub.listens()


def test_a_hub_without_redis_says_so_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.http.hub.RECONNECT_SECONDS", 0.01)
    hub = Hub(patient_client("redis://127.0.0.1:1/0"))
    with capture_logs() as logs, hub.ticket("com_1"):
        time.sleep(0.5)
    hub.close()
    assert [entry["event"] for entry in logs] == ["hub_disconnected"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_hub_whose_thread_has_failed_listens_again(
    hub: Hub, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    with hub.ticket("com_1") as ticket, monkeypatch.context() as patch:
        assert hub.listens(20)
        patch.setattr(ticket, "wake", None)
        patch.setattr("service.http.hub.log", None)
        announce_verdicts(redis, ["com_1"])
        assert _eventually(lambda: not hub.listens())
    with hub.ticket("com_1") as ticket:
        assert hub.listens(20)
        announce_verdicts(redis, ["com_1"])
        assert ticket.wait(20)


def _eventually(work: Callable[[], object]) -> bool:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if work():
            return True
        time.sleep(0.05)
    return False
