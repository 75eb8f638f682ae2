"""What goes wrong while somebody works through the queue costs them no comment and no word."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Dialog, Page, expect
from sqlalchemy import select

from store.tables import decisions
from tests.review.conftest import PASSWORD, Blog, SignIn, ask_script, settle
from tests.review.test_keyboard import IN_FOCUS, focus, press


@pytest.fixture
def nine(blog: Blog) -> list[str]:
    return [blog.flag(f"Comment {n}.", external_id=f"wp-{n}") for n in range(9)]


def test_an_edited_comment_comes_again_as_it_is_now(
    blog: Blog, nine: list[str], page: Page
) -> None:
    page.wait_for_function("() => document.querySelectorAll('#stage .card').length >= 3")
    for number in (0, 2):  # the one on the screen, and one that was loaded ahead
        blog.flag(f"Edited {number}.", external_id=f"wp-{number}")
    for refused in (True, False, True):
        press(page, "a")
        said = "its author has edited it" if refused else "Approved"
        expect(page.get_by_role("status")).to_contain_text(said)
    for _ in nine[3:]:
        press(page, "a")
        settle(page)
    for number in (0, 2):
        expect(page.locator(f"{IN_FOCUS} .body")).to_have_text(f"Edited {number}.")
        press(page, "a")
        expect(page.get_by_role("status")).to_contain_text("Approved")
    expect(page.get_by_text("Nothing waits here")).to_be_visible()


def test_an_edited_comment_does_not_come_back_by_undo(
    blog: Blog, nine: list[str], page: Page
) -> None:
    press(page, "z")
    settle(page)
    blog.clock.move(seconds=1)
    blog.flag("Edited.", external_id="wp-0")
    page.keyboard.press("u")
    said = "Not undone: its author has edited it."
    expect(page.get_by_role("status")).to_contain_text(said)
    assert focus(page) == nine[1]
    page.keyboard.press("a")
    expect(page.get_by_role("status")).to_contain_text("Approved")
    page.goto(f"/review?focus={nine[0]}")
    expect(page.locator(f"{IN_FOCUS} .body")).to_have_text("Edited.")


def test_a_button_undoes_what_it_stands_beside_and_the_key_the_last(
    nine: list[str], page: Page
) -> None:
    other = page.context.new_page()
    other.goto("/review")
    undo = page.get_by_role("status").get_by_role("button", name="Undo")
    press(page, "a")
    expect(undo).to_be_visible()
    press(other, "j")
    press(other, "r")
    settle(other)
    undo.click()
    expect(page.get_by_role("status")).to_contain_text("Undone")
    assert focus(page) == nine[0]
    other.keyboard.press("u")
    expect(other.get_by_role("status")).to_contain_text("Undone")
    assert focus(other) == nine[1]


def by_reload(page: Page) -> None:
    page.evaluate("() => { location.reload(); }")


def by_link(page: Page) -> None:
    page.locator(f"{IN_FOCUS} a", has_text="history").click()


def by_search(page: Page) -> None:
    page.get_by_role("searchbox").fill("comment")
    page.keyboard.press("Enter")


@pytest.mark.parametrize("leave", [by_reload, by_link, by_search])
def test_what_was_decided_is_sent_before_the_page_is_left(
    blog: Blog, nine: list[str], page: Page, leave: Callable[[Page], None]
) -> None:
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.route("**/review/decisions*", lambda _: None)  # it takes long
    page.on("dialog", stay)
    for _ in range(3):
        press(page, "r")
    here = page.url
    leave(page)
    page.wait_for_timeout(300)
    assert asked == (["beforeunload"] if leave is by_reload else [])
    assert page.url == here
    page.unroute("**/review/decisions*")
    if leave is by_reload:
        settle(page)
    else:
        page.wait_for_url(lambda url: url != here)
    with blog.database.read() as tx:
        decided = tx.execute(select(decisions.c.comment_id)).scalars().all()
    assert sorted(decided) == nine[:3]


def test_a_card_that_cannot_be_loaded_is_said_and_nothing_is_lost(
    nine: list[str], page: Page
) -> None:
    page.route("**/review/card/**", lambda route: route.fulfill(status=503, body="no"))
    page.reload()
    for _ in range(3):
        page.keyboard.press("j")
        expect(page.get_by_role("status")).to_contain_text(
            "The comment was not loaded: the server answered 503."
        )
        assert focus(page) == nine[0]
        expect(page.locator(".row")).to_have_count(9)
        expect(page.locator(f'[data-row="{nine[0]}"]')).to_have_attribute("data-focus", "")
    page.keyboard.press("a")  # this one is decided, and what follows comes once it can
    expect(page.locator(IN_FOCUS)).to_have_count(0)
    expect(page.locator(".row")).to_have_count(8)
    page.unroute("**/review/card/**")
    expect(page.locator(IN_FOCUS)).to_have_attribute("data-comment-id", nine[1])


def test_a_decision_that_somebody_takes_back_is_not_said_any_more(
    blog: Blog, nine: list[str], page: Page, sign_in: SignIn
) -> None:
    blog.person("bob@blog.example")
    other = sign_in("bob@blog.example")
    other.goto(f"/review?focus={nine[0]}")
    press(page, "r")
    said = "Already decided by ann@blog.example: reject"
    expect(other.locator(f"{IN_FOCUS} .claimed")).to_contain_text(said)
    settle(page)
    page.keyboard.press("u")
    expect(other.locator(f"{IN_FOCUS} .claimed")).not_to_contain_text(said)
    assert focus(other) == nine[0]


@pytest.mark.parametrize("asks", ["a decision", "the counts", "a card"])
def test_who_must_sign_in_again_finds_comment_filter_and_note(
    nine: list[str], page: Page, asks: str
) -> None:
    page.goto(f"/review?q=comment&focus={nine[2]}")
    page.keyboard.press("n")
    page.keyboard.type("a long note")
    page.keyboard.press("Escape")
    page.context.clear_cookies()
    if asks == "a decision":
        page.keyboard.press("a")
    elif asks == "the counts":
        ask_script(page, "telling", "m.count()")
    else:
        ask_script(page, "sending", "m.fragment('/review/card/none').catch(() => {})")
    page.wait_for_url("**/sign-in**")
    page.get_by_label("E-mail address").fill("ann@blog.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"**/review?q=comment&focus={nine[2]}")
    expect(page.locator(f"{IN_FOCUS} textarea")).to_have_value("a long note")
    assert focus(page) == nine[2]
