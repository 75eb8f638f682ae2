"""The word about breaks stays until it is put away, and is read out once."""

import pytest
from playwright.sync_api import Page, expect

from tests.review.conftest import Blog, SignIn

START = 1_800_000_000  # seconds since 1970
SAID = "That was 1 min without a break."


@pytest.fixture
def page(blog: Blog, sign_in: SignIn) -> Page:
    """Return a queue that asks for a break after a minute, its clock in the test's hands."""
    for number in range(2):
        blog.flag(f"Comment {number}.")
    blog.person("ann@blog.example")
    page = sign_in()
    page.goto("/account")
    page.get_by_label("Remind me of a break").fill("1")
    page.get_by_role("button", name="Keep").click()
    page.clock.install(time=START)
    page.clock.pause_at(START + 1)
    page.goto("/review")
    return page


def work(page: Page, seconds: int) -> None:
    page.clock.run_for(seconds * 1_000)


def test_it_stays_until_it_is_put_away(page: Page) -> None:
    reminder = page.get_by_role("region", name="A break")
    told = page.locator("#told")
    work(page, 50)
    expect(reminder).to_be_hidden()
    work(page, 15)
    expect(reminder).to_contain_text(SAID)
    expect(told).to_contain_text(SAID)
    work(page, 600)
    expect(reminder).to_be_visible()
    expect(told).to_have_text("")
    page.reload()  # it is there on the next page, too, and is not read out again
    expect(reminder).to_contain_text(SAID)
    expect(told).to_have_text("")
    page.keyboard.press("/")
    page.keyboard.press("Escape")  # leaves the field
    expect(reminder).to_be_visible()
    page.keyboard.press("Escape")
    expect(reminder).to_be_hidden()
    work(page, 50)
    expect(reminder).to_be_hidden()
    work(page, 40)
    expect(reminder).to_be_visible()
    reminder.get_by_role("button", name="Put away").click()
    expect(reminder).to_be_hidden()


def test_a_break_puts_it_away(page: Page) -> None:
    reminder = page.get_by_role("region", name="A break")
    work(page, 90)
    expect(reminder).to_be_visible()
    page.clock.fast_forward(16 * 60_000)  # as of a machine that slept
    expect(reminder).to_be_hidden()
