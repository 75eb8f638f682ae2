"""Sending a comment to another queue, and the keys where one comment has a page of its own."""

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from service.context import ServiceContext
from store.escalation import ESCALATED
from store.tables import comments
from tests.review.conftest import Blog, SignIn, flagged
from tests.review.test_appeals import signed_in
from tests.review.test_sign_in import csrf

IN_FOCUS = '[data-comment-id][aria-current="true"]'


@pytest.fixture
def two(blog: Blog) -> list[str]:
    return [blog.flag(f"Comment {number}.", author={"id": "7"}) for number in range(2)]


def in_focus(page: Page, comment_id: str) -> None:
    expect(page.locator(IN_FOCUS)).to_have_attribute("data-comment-id", comment_id)


def test_enter_sends_to_the_queue_and_decides_nothing(two: list[str], page: Page) -> None:
    page.keyboard.press("m")
    page.keyboard.type("legal")
    page.keyboard.press("Enter")
    in_focus(page, two[1])
    expect(page.get_by_role("status")).to_contain_text("Sent on")
    page.get_by_role("link", name="legal 1").click()
    in_focus(page, two[0])
    # The queues that there are can be picked.
    assert page.locator("#queue-names option").get_attribute("value") == "legal"
    page.goto(f"/comments/{two[0]}")
    expect(page.get_by_label("History").locator("tbody tr")).to_have_count(1)  # the verdict


def test_the_same_without_scripts(blog: Blog, two: list[str], sign_in: SignIn) -> None:
    blog.person("ann@blog.example")
    page = sign_in(java_script_enabled=False)
    page.locator("summary", has_text="Send to").click()
    page.get_by_placeholder("the first one").fill("legal")
    page.get_by_placeholder("the first one").press("Enter")
    in_focus(page, two[1])
    page.get_by_role("link", name="legal 1").click()
    in_focus(page, two[0])


@pytest.mark.parametrize(
    ("given", "language", "found"),
    [
        ("Escalated", "en", ESCALATED),
        ("WEITERGEGEBEN", "de", ESCALATED),  # what its tab says
        ("vip team a", "en", "VIP Team A"),
        ("VIP Team A", "en", "VIP Team A"),
        ("VIP-Team-A", "en", "VIP-Team-A"),
        ("Queue", "en", ""),
    ],
)
def test_a_queue_is_found_by_what_its_tab_says(
    context: ServiceContext, blog: Blog, given: str, language: str, found: str
) -> None:
    blog.person("ann@blog.example")
    blog.flag(verdict=flagged("Some text.", queue="VIP Team A"))
    sent = blog.flag()
    client = signed_in(context, "ann@blog.example")
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
    form = {"csrf": csrf(client), "comment": f"{sent}:1", "kind": "move", "to": given}
    assert client.post("/review/moves", data=form).status_code == 303
    with blog.database.read() as tx:
        where = tx.execute(select(comments.c.review_queue).where(comments.c.id == sent)).scalar()
    assert where == found
    assert "VIP Team A <" in client.get("/review").text


def test_the_keys_that_a_comments_own_page_shows_work_there(two: list[str], page: Page) -> None:
    page.goto(f"/comments/{two[0]}")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("l")
    expect(page.get_by_role("heading", name="2 comments alike")).to_be_visible()
    page.goto(f"/comments/{two[0]}")
    with page.expect_navigation():
        page.keyboard.press("e")
    page.goto("/review?queue=escalated")
    in_focus(page, two[0])


def test_what_is_decided_on_a_comments_own_page_is_undone_there(two: list[str], page: Page) -> None:
    page.goto(f"/comments/{two[0]}")
    with page.expect_navigation():
        page.keyboard.press("r")
    rows = page.get_by_label("History").locator("tbody tr")
    expect(rows).to_have_count(2)
    with page.expect_navigation():
        page.keyboard.press("u")
    assert f"/comments/{two[0]}" in page.url
    expect(rows).to_have_count(1)
    page.goto("/review")
    in_focus(page, two[0])
