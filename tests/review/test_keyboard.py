"""A moderator clears the queue without touching the mouse."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import select

from service.context import ServiceContext
from store.tables import decisions
from store.webhooks import create_webhook
from tests.receivers import Receiver, running_receiver
from tests.review.conftest import Blog, SignIn, flagged, minute_over, settle
from workers.addresses import AllowList
from workers.delivery import deliver_due
from workers.runtime import DeliveryRuntime
from workers.signing import new_secret

WHO = "ann@blog.example"
IN_FOCUS = '[data-comment-id][aria-current="true"]'


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with running_receiver() as receiver:
        yield receiver


def focus(page: Page) -> str:
    return str(page.locator(IN_FOCUS).get_attribute("data-comment-id"))


_MADE_WAY = """(was) => {
  const now = document.querySelector('[data-comment-id][aria-current="true"]');
  return now ? now.dataset.commentId !== was : !document.getElementById("empty").hidden;
}"""


def press(page: Page, keys: str) -> None:
    """Press each key once the comment before it has made way."""
    for key in keys:
        was = focus(page)
        page.keyboard.press(key)
        page.wait_for_function(_MADE_WAY, arg=was)


def clear(page: Page, count: int) -> dict[str, str]:
    """Decide about `count` comments in turn; return what was said of each."""
    said: dict[str, str] = {}
    for number in range(count):
        key, word = (("a", "approve"), ("r", "reject"), ("s", "spam"))[number % 3]
        said[focus(page)] = word
        press(page, key)
    return said


def deliver(context: ServiceContext) -> None:
    allow = AllowList.parse("127.0.0.1/32")
    deliver_due(
        DeliveryRuntime(context.database, context.redis, context.sealer, allow, context.clock)
    )


def test_a_hundred_comments_are_cleared_by_key_and_the_webhooks_say_the_same(
    blog: Blog, context: ServiceContext, sign_in: SignIn, receiver: Receiver
) -> None:
    sealed = context.sealer.seal(new_secret())
    blog.database.write(
        lambda tx: create_webhook(
            tx, blog.site.id, receiver.url, ["comment.decided"], sealed, blog.clock()
        )
    )
    ids = [blog.flag(f"Comment {n}.", author={"id": "calm"}) for n in range(100)]
    troll = [blog.flag(f"Troll {n}.", author={"id": "troll"}) for n in range(7)]
    blog.person(WHO)
    page = sign_in()
    said = clear(page, 100)
    assert list(said) == ids
    # The last one is undone, and decided otherwise.
    page.keyboard.press("u")
    expect(page.locator(f'{IN_FOCUS}[data-comment-id="{ids[-1]}"]')).to_have_count(1)
    press(page, "s")
    said[ids[-1]] = "spam"
    # All of one author at once: preview, then one key.
    expect(page.locator(IN_FOCUS)).to_have_attribute("data-comment-id", troll[0])
    page.keyboard.press("l")
    page.get_by_role("link", name="Same author").click()
    page.wait_for_url("**by=author**", wait_until="load")
    expect(page.get_by_role("heading", name="7 comments alike")).to_be_visible()
    page.keyboard.press("r")
    expect(page.get_by_text("Nothing waits here")).to_be_visible()
    said |= dict.fromkeys(troll, "reject")
    deliver(context)
    assert receiver.received == []  # the minute is not over
    minute_over(blog.clock)
    deliver(context)
    told = {one.data["id"]: one.data["decision"] for one in receiver.received}
    assert {one: decision["decision"] for one, decision in told.items()} == said
    assert len(receiver.received) == len(said)
    assert {decision["actor"] for decision in told.values()} == {WHO}
    assert {decision["decided_by"] for decision in told.values()} == {"moderator"}


@pytest.fixture
def queue_of_ten(blog: Blog) -> list[str]:
    return [blog.flag(f"Comment {number}.", author={"id": "7"}) for number in range(10)]


def test_the_next_comment_waits_for_no_answer(queue_of_ten: list[str], page: Page) -> None:
    """How fast it is there depends on the browser alone: the server has said nothing yet."""
    page.wait_for_function("() => document.querySelectorAll('#stage .card').length >= 4")
    held: list[Route] = []
    answering = False

    def hold(route: Route) -> None:
        if answering:
            route.continue_()
        else:
            held.append(route)

    page.route("**/review/decisions*", hold)
    for number in range(3):
        assert focus(page) == queue_of_ten[number]
        press(page, "r")
    assert focus(page) == queue_of_ten[3]
    answering = True
    for route in held:
        route.continue_()
    settle(page)
    page.goto("/review")
    assert focus(page) == queue_of_ten[3]


def test_what_was_decided_leaves_the_page_once_it_cannot_be_undone(
    queue_of_ten: list[str], page: Page
) -> None:
    page.clock.install()
    page.reload()
    press(page, "rr")
    settle(page)
    decided = [page.locator(f"#card-{one}") for one in queue_of_ten[:2]]
    for card in decided:
        expect(card).to_be_hidden()
        expect(card).to_have_count(1)
    page.clock.fast_forward(61_000)
    for card in decided:
        expect(card).to_have_count(0)
    assert focus(page) == queue_of_ten[2]


def test_a_note_that_was_typed_while_another_comment_left_the_page_does_not_come_back(
    queue_of_ten: list[str], page: Page
) -> None:
    page.clock.install()
    page.reload()
    press(page, "r")
    settle(page)
    page.keyboard.press("n")
    page.keyboard.type("He is a liar")
    page.clock.fast_forward(61_000)
    expect(page.locator(f"#card-{queue_of_ten[0]}")).to_have_count(0)
    page.locator(f"{IN_FOCUS} textarea").fill("Rude.")
    page.keyboard.press("Escape")
    press(page, "a")
    settle(page)
    page.keyboard.press("u")
    expect(page.locator(IN_FOCUS)).to_have_attribute("data-comment-id", queue_of_ten[1])
    page.reload()
    expect(page.locator(f"{IN_FOCUS} textarea")).to_have_value("")


def test_keys_move_select_note_and_help(queue_of_ten: list[str], page: Page) -> None:
    press(page, "jj")
    assert focus(page) == queue_of_ten[2]
    press(page, "k")
    assert focus(page) == queue_of_ten[1]
    page.reload()
    assert focus(page) == queue_of_ten[1]
    page.wait_for_load_state()  # what answers keys is there
    page.keyboard.press("n")
    page.keyboard.type("ars is text here, not three decisions")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.press("Escape")
    press(page, "e")
    settle(page)
    page.goto("/review?queue=escalated")
    assert focus(page) == queue_of_ten[1]
    # The note goes with what is done, whatever that is.
    expect(page.locator(".notes:visible")).to_contain_text("ars is text here")


def test_selected_comments_are_decided_together_and_undone_together(
    queue_of_ten: list[str], page: Page
) -> None:
    for _ in range(3):
        page.keyboard.press("x")
        press(page, "j")
    page.keyboard.press("r")
    expect(page.get_by_role("heading", name="3 comments")).to_be_visible()
    expect(page.get_by_role("button", name="Reject 3")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Reject: 3 comments")
    assert focus(page) == queue_of_ten[3]
    page.wait_for_load_state()  # what answers keys is there
    page.keyboard.press("u")
    expect(page.locator(IN_FOCUS)).to_have_attribute("data-comment-id", queue_of_ten[0])
    expect(page.get_by_role("status")).to_contain_text("Undone: 3 comments")


def test_a_note_goes_with_a_decision_about_many(
    blog: Blog, queue_of_ten: list[str], page: Page
) -> None:
    for key in "xn":
        page.keyboard.press(key)
    page.keyboard.type("One and the same person")
    page.keyboard.press("Escape")
    press(page, "j")
    page.keyboard.press("x")
    page.keyboard.press("r")
    expect(page.get_by_role("heading", name="2 comments")).to_be_visible()
    assert "comment=" not in page.url  # so many as may be selected are too long for an address
    page.reload()
    note = page.get_by_role("textbox", name="Note")
    expect(note).to_have_value("One and the same person")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.keyboard.type("Sarah: ")  # text here, not decisions
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    expect(page.get_by_role("status")).to_contain_text("Reject: 2 comments")
    with blog.database.read() as tx:
        notes = tx.execute(select(decisions.c.note)).scalars().all()
    assert [sorted(str(one).split(": ")) for one in notes] == [
        ["One and the same person", "Sarah"]
    ] * 2
    page.go_back()  # to no form that was sent already
    assert focus(page) == queue_of_ten[2]


@pytest.mark.parametrize("scripts", [True, False])
def test_who_decides_about_many_after_all_not_is_where_they_were(
    blog: Blog, queue_of_ten: list[str], sign_in: SignIn, scripts: bool
) -> None:
    blog.person(WHO)
    page = sign_in(java_script_enabled=scripts)
    page.goto(f"/review?author=7&focus={queue_of_ten[4]}")
    for button in (f"{IN_FOCUS} [data-do=like]", "[data-selection]"):
        page.locator(".row input").nth(2).check()
        page.locator(button).click()
        page.get_by_role("link", name="Cancel").click()
        assert focus(page) == queue_of_ten[4]
        expect(page.locator("#author")).to_have_value("7")


def test_keys_can_be_changed_and_switched_off(queue_of_ten: list[str], page: Page) -> None:
    page.goto("/account")
    page.get_by_label("Approve", exact=True).fill("y")
    page.get_by_role("button", name="Keep").click()
    page.goto("/review")
    page.keyboard.press("a")
    assert focus(page) == queue_of_ten[0]
    press(page, "y")
    assert focus(page) == queue_of_ten[1]
    settle(page)
    page.goto("/account")
    page.get_by_label("Use single keys").uncheck()
    page.get_by_role("button", name="Keep").click()
    page.goto("/review")
    page.keyboard.press("y")
    page.keyboard.press("j")
    assert focus(page) == queue_of_ten[1]


def test_a_filter_is_named_and_covers_no_comment(queue_of_ten: list[str], page: Page) -> None:
    page.goto("/review?author=7&score=toxicity&least=0.5")
    assert focus(page) == queue_of_ten[0]
    expect(page.get_by_text("More · 7 · toxicity ≥ 0.5")).to_be_visible()
    expect(page.locator("#author")).to_be_hidden()


def test_what_could_not_be_sent_comes_back(queue_of_ten: list[str], page: Page) -> None:
    page.route("**/review/decisions*", lambda route: route.abort())
    page.keyboard.press("a")  # it may be back before anybody sees it go
    said = "Nothing was decided: the server was not reached."
    expect(page.get_by_role("status")).to_contain_text(said)
    assert focus(page) == queue_of_ten[0]


def test_two_moderators_on_one_queue(
    blog: Blog, queue_of_ten: list[str], page: Page, sign_in: SignIn
) -> None:
    blog.person("bob@blog.example")
    other = sign_in("bob@blog.example")
    assert focus(other) == queue_of_ten[1]  # ann has the first one on her screen
    expect(other.locator(f'[data-row="{queue_of_ten[0]}"]')).to_contain_text(f"{WHO} has this")
    other.locator(f'[data-open="{queue_of_ten[0]}"]').click()
    expect(other.locator(".claimed:visible")).to_contain_text(WHO)
    press(page, "r")
    settle(page)
    press(other, "a")
    expect(other.get_by_role("status")).to_contain_text(f"already decided by {WHO}: reject")
    # Counts and claims arrive by themselves.
    expect(other.locator("[data-count]")).to_have_text("9")


_SAID = select(decisions.c.comment_id, decisions.c.actor)


def test_two_moderators_clear_one_queue_and_decide_nothing_twice(
    blog: Blog, page: Page, sign_in: SignIn
) -> None:
    ids = [blog.flag(f"Comment {number}.") for number in range(40)]
    blog.person("bob@blog.example")
    desks = ((page, "r"), (sign_in("bob@blog.example"), "a"))
    page.reload()
    said: list[tuple[str, str]] = []
    while len(said) < len(ids):
        for desk, key in desks:
            desk.keyboard.press(key)
            settle(desk)
        with blog.database.read() as tx:
            said = [(*row,) for row in tx.execute(_SAID)]
    assert sorted(comment for comment, _ in said) == ids
    assert {who for _, who in said} == {WHO, "bob@blog.example"}
    for desk, _ in desks:  # nothing is left, or what is in focus says who decided it
        expect(desk.locator("#empty:visible, .claimed:visible")).to_have_count(1)


def test_marks_say_which_rule_and_links_where_they_lead(blog: Blog, sign_in: SignIn) -> None:
    body = "What a sh1t post. See [my bank](https://evil.example/login)."
    verdict = flagged(body, blog.clock(), "sh1t")
    verdict.reasons[0].values.update({"flood.ip": None, "links.count": 1})
    blog.flag(body, verdict, format="markdown", author={"name": "Eve", "id": "e"})
    blog.person(WHO)
    page = sign_in()
    mark = page.locator(f"{IN_FOCUS} mark")
    assert mark.text_content() == "sh1t"
    assert mark.get_attribute("title") == "profanity: sh1t"
    why = page.get_by_label("Why it is here")
    expect(why).to_contain_text("links.count 1")
    expect(why).not_to_contain_text("flood.ip")  # nobody knows it
    expect(page.get_by_label("Links")).to_contain_text("https://evil.example/login")
    assert page.locator(f'{IN_FOCUS} a[href*="evil.example"]').count() == 0
    assert json.loads(page.locator("body").get_attribute("data-keys") or "")["approve"] == "a"


def hold(page: Page, key: str, code: int) -> None:
    """Hold a key down for as long as the keyboard repeats it six times."""
    session = page.context.new_cdp_session(page)
    what = {"key": key, "windowsVirtualKeyCode": code, "text": "\r" if key == "Enter" else key}
    for repeats in (False, *[True] * 6):
        session.send("Input.dispatchKeyEvent", {"type": "keyDown", "autoRepeat": repeats, **what})
        page.wait_for_timeout(30)
    session.send("Input.dispatchKeyEvent", {"type": "keyUp", **what})


def test_a_key_held_down_decides_one_comment(queue_of_ten: list[str], page: Page) -> None:
    page.wait_for_function("() => document.querySelectorAll('#stage .card').length >= 4")
    hold(page, "a", 65)
    assert focus(page) == queue_of_ten[1]
    page.locator(f"{IN_FOCUS} [data-do=approve]").focus()
    hold(page, "Enter", 13)
    assert focus(page) == queue_of_ten[2]
    hold(page, "j", 74)  # moving on may be held
    page.wait_for_function("() => document.querySelector('[data-focus]') === rows.lastElementChild")


def test_the_focus_goes_on_with_the_comment(queue_of_ten: list[str], page: Page) -> None:
    for word in ("Approve", "Reject"):
        page.locator(IN_FOCUS).get_by_role("button", name=word).focus()
        press(page, " ")
        expect(page.locator(IN_FOCUS).get_by_role("button", name=word)).to_be_focused()
    expect(page.locator("#told")).to_have_text("Comment by 7")
    expect(page.locator("#toasts")).to_contain_text("Rejected")
    page.get_by_role("button", name="Undo").focus()
    press(page, " ")
    expect(page.locator(IN_FOCUS)).to_have_attribute("data-comment-id", queue_of_ten[1])
    expect(page.locator(IN_FOCUS)).to_be_focused()
    # What a mouse clicked must not answer the space bar.
    page.locator(IN_FOCUS).get_by_role("button", name="Spam").click()
    expect(page.locator(IN_FOCUS)).to_have_attribute("data-comment-id", queue_of_ten[2])
    expect(page.locator(IN_FOCUS)).to_be_focused()
    # A list that is opened from the row does not lose it either.
    page.locator(f'[data-open="{queue_of_ten[3]}"]').focus()
    press(page, "\r")
    press(page, "a")
    expect(page.locator(IN_FOCUS)).to_be_focused()
