"""What is on the screen: the comment, uncovered, and nothing that misleads about it."""

import time

import pytest
from playwright.sync_api import Page, expect

from tests.review.conftest import Blog, SignIn, flagged, settle
from tests.review.test_keyboard import IN_FOCUS, press

SIZES = [(1280, 800), (1280, 720), (820, 700), (640, 400), (390, 844)]

_COVERED = """() => [...document.querySelectorAll(".card[aria-current] .actions *")]
  .filter((one) => one.matches("button, summary, a") && one.checkVisibility()).filter((one) => {
    const at = one.getBoundingClientRect();
    const [x, y] = [at.x + at.width / 2, at.y + at.height / 2];
    return y < innerHeight && !one.contains(document.elementFromPoint(x, y));
  }).map((one) => one.textContent)"""


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_the_next_comment_is_in_view_and_nothing_lies_on_its_buttons(
    blog: Blog, page: Page, width: int, height: int
) -> None:
    for number in range(12):
        blog.flag(f"Short {number}." if number % 2 else f"Long {number}. " * 120)
    page.set_viewport_size({"width": width, "height": height})
    page.goto("/review")
    for _ in range(4):
        press(page, "a")
        settle(page)
        expect(page.get_by_role("status").get_by_role("button", name="Undo")).to_be_visible()
        assert page.evaluate(_COVERED) == []
        body = page.locator(f"{IN_FOCUS} .body")
        assert 0 <= body.evaluate("one => one.getBoundingClientRect().top") < height / 2
    page.mouse.wheel(0, 300)
    page.wait_for_timeout(200)
    assert page.evaluate(_COVERED) == []


def test_a_row_far_down_a_narrow_page_opens_its_comment(blog: Blog, page: Page) -> None:
    ids = [blog.flag(f"Comment {number}.") for number in range(12)]
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/review")
    page.locator(f'[data-open="{ids[-1]}"]').click()
    expect(page.locator(f"{IN_FOCUS} .body")).to_have_text("Comment 11.")
    expect(page.locator(f"{IN_FOCUS} .body")).to_be_in_viewport()


def test_the_list_follows_the_comment_in_view(blog: Blog, page: Page) -> None:
    for number in range(20):
        blog.flag(f"Comment {number}.")
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto("/review")
    for key in "j" * 12 + "k" * 10:
        press(page, key)
        expect(page.locator(".row[data-focus] .who")).to_be_in_viewport(ratio=1)
    assert page.evaluate("scrollY") == 0


def test_the_title_counts_along(blog: Blog, page: Page) -> None:
    for number in range(3):
        blog.flag(f"Comment {number}.")
    page.goto("/review?q=comment")
    expect(page).to_have_title("Queue (3) · Tactful")
    page.keyboard.press("a")
    expect(page).to_have_title("Queue (2) · Tactful")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_not_ticked_stays_legible(blog: Blog, sign_in: SignIn, scheme: str) -> None:
    author = {"id": "7"}
    ids = [blog.flag(f"Comment {number}.", author=author) for number in range(2)]
    blog.person("ann@blog.example")
    page = sign_in(color_scheme=scheme)
    page.goto(f"/review/bulk?by=author&comment={ids[0]}")
    left, taken = page.locator(".many li").all()
    left.get_by_role("checkbox").uncheck()
    grounds = [one.evaluate("e => getComputedStyle(e).backgroundColor") for one in (left, taken)]
    assert grounds[0] != grounds[1]
    assert left.evaluate("e => getComputedStyle(e).opacity") == "1"


def test_high_contrast_tells_where_one_is(blog: Blog, sign_in: SignIn) -> None:
    """It takes the backgrounds away that say so otherwise."""
    blog.flag("One.")
    blog.flag("Two.")
    blog.person("ann@blog.example")
    page = sign_in(forced_colors="active")
    for here in (".row[data-focus]", ".tab[aria-current]", ".top nav [aria-current]"):
        assert "solid" in page.locator(here).evaluate("e => getComputedStyle(e).outline"), here
    assert "solid" not in page.locator(".row").last.evaluate("e => getComputedStyle(e).outline")


def test_letters_that_are_stacked_paint_over_no_other_line(blog: Blog, page: Page) -> None:
    stacked = "a" + "\u0301" * 60
    blog.flag(stacked, flagged(stacked, blog.clock(), stacked))
    page.goto("/review")
    assert page.locator(".term").evaluate("e => getComputedStyle(e).overflow") == "hidden"


def test_an_override_turns_no_excerpt_around(blog: Blog, page: Page) -> None:
    author = {"id": "7", "name": "Eve \u202elive"}
    ids = [blog.flag("right \u202etfel\u202c to left", author=author) for _ in range(2)]
    for path in ("/review", f"/review/bulk?by=author&comment={ids[0]}"):
        page.goto(path)
        for part, count in (("bdi", 1), (".excerpt", 2)):
            shown = page.locator(f":is(.row, .many li) {part}").first
            named = shown.locator(".hidden-character")
            expect(named).to_have_count(count)
            expect(named.first).to_have_attribute("data-name", "right-to-left override")


_UNBROKEN = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let longest = 0;
  while (walker.nextNode()) {
    const { data, parentElement } = walker.currentNode;
    if (!parentElement.checkVisibility() || parentElement.closest("textarea, .vh")) continue;
    longest = Math.max(longest, ...data.split(/\\s/).map((word) => word.length));
  }
  return longest;
}"""


def test_a_word_without_end_holds_nobody_up(blog: Blog, page: Page) -> None:
    """A browser measures it anew for each line; of 65 000 letters for half a minute."""
    word, address = "A" * 20_000, f"https://a.example/{'a' * 4_000}"
    body = f"fuck {word} https://b.example/{word} {word}"
    verdict = flagged(body, blog.clock(), "fuck", f"https://b.example/{word}")
    thread, author = {"context": [word], "url": address}, {"id": "7", "url": address}
    comment = blog.flag(body, verdict, thread=thread, author=author)
    began = time.monotonic()
    for path in ("/review", f"/comments/{comment}"):
        page.goto(path)
        page.locator(f"{IN_FOCUS} .body").evaluate("one => getSelection().selectAllChildren(one)")
        assert page.evaluate("getSelection().toString()").count(word) == 3
        assert page.evaluate(_UNBROKEN) <= 1_000
    assert time.monotonic() - began < 15
