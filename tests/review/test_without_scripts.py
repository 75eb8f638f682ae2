"""Without JavaScript everything works but the live parts."""

import pytest
from playwright.sync_api import Page, expect

from tests.review.conftest import Blog, SignIn

IN_FOCUS = '[data-comment-id][aria-current="true"]'


@pytest.fixture
def ids(blog: Blog) -> list[str]:
    made = [blog.flag(f"Comment {n}", author={"id": "7", "name": f"Ann {n}"}) for n in range(4)]
    blog.person("ann@blog.example", "admin")
    return made


@pytest.fixture
def plain(ids: list[str], sign_in: SignIn) -> Page:
    assert ids
    return sign_in(java_script_enabled=False)


def in_focus(page: Page, comment_id: str) -> None:
    expect(page.locator(IN_FOCUS)).to_have_attribute("data-comment-id", comment_id)


def test_deciding_and_undoing(plain: Page, ids: list[str]) -> None:
    in_focus(plain, ids[0])
    plain.get_by_role("button", name="Reject").click()
    in_focus(plain, ids[1])
    expect(plain.get_by_role("status")).to_contain_text("Reject")
    plain.get_by_role("button", name="Undo").click()
    in_focus(plain, ids[0])
    plain.get_by_role("link", name="Ann 2").click()
    in_focus(plain, ids[2])
    plain.get_by_role("button", name="Escalate").click()
    plain.get_by_role("link", name="Escalated 1").click()
    in_focus(plain, ids[2])


def test_searching_and_deciding_many(plain: Page, ids: list[str]) -> None:
    plain.get_by_role("searchbox").fill("comment 3")
    plain.get_by_role("button", name="Filter").click()
    in_focus(plain, ids[3])
    plain.get_by_label("Name of this filter").fill("Threes")
    plain.get_by_role("button", name="Save this filter").click()
    plain.goto("/review")
    plain.get_by_role("link", name="Threes").click()
    in_focus(plain, ids[3])
    plain.goto("/review")
    for name in ("Ann 1", "Ann 2"):
        plain.get_by_label(f"Select the comment by {name}").check()
    plain.get_by_role("button", name="Decide the selected").click()
    plain.get_by_role("button", name="Spam").click()
    expect(plain.get_by_role("status")).to_contain_text("Spam: 2 comments")
    expect(plain.locator("[data-count]")).to_have_text("2")


def test_a_decision_is_changed_on_the_comments_own_page(plain: Page, ids: list[str]) -> None:
    plain.get_by_text("Note").first.click()
    plain.get_by_label("Note", exact=True).first.fill("An insult.")
    plain.get_by_role("button", name="Reject").click()
    plain.goto(f"/comments/{ids[0]}")
    expect(plain.get_by_label("History")).to_contain_text("An insult.")
    plain.get_by_role("button", name="Approve").click()
    assert f"/comments/{ids[0]}?" in plain.url
    rows = plain.get_by_label("History").locator("tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.first).to_contain_text("approve")


def test_the_pages_are_a_menu_on_a_narrow_screen(plain: Page) -> None:
    plain.set_viewport_size({"width": 360, "height": 740})
    pages = plain.get_by_role("navigation", name="Pages")
    expect(pages).to_be_hidden()
    plain.get_by_role("button", name="Queue").click()
    expect(pages.get_by_role("link")).to_have_count(10)
    pages.get_by_role("link", name="Audit").click()
    expect(plain.get_by_role("heading", level=1)).to_contain_text("Audit log")
    expect(plain.get_by_role("button", name="Audit")).to_be_visible()
    plain.set_viewport_size({"width": 1440, "height": 900})
    expect(pages.get_by_role("link")).to_have_count(10)
    expect(plain.get_by_role("button", name="Audit")).to_be_hidden()
