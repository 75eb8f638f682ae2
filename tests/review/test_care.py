"""Care: what a person does not want to see is not shown to them."""

from playwright.sync_api import Page, expect

from tests.review.conftest import Blog, SignIn, flagged

IN_FOCUS = '[data-comment-id][aria-current="true"]'


def test_comments_are_blurred_and_words_hidden(blog: Blog, sign_in: SignIn) -> None:
    body = "What a load of bullshit."
    blog.flag(body, flagged(body, blog.clock(), "bullshit"))
    blog.person("ann@blog.example")
    page = sign_in(color_scheme="light")
    page.goto("/account")
    page.get_by_label("Hide matched words").check()
    page.get_by_label("profanity").check()
    page.get_by_label("Grey: no colours").check()
    page.get_by_label("Dark").check()
    page.get_by_role("button", name="Keep").click()
    page.goto("/review")
    assert "bullshit" not in page.locator("main").inner_text()
    expect(page.locator(f"{IN_FOCUS} mark")).to_have_text("b*******")
    assert blurred(page)
    page.keyboard.press("v")
    assert not blurred(page)
    root = page.locator("html")
    assert root.evaluate("e => getComputedStyle(e).colorScheme") == "dark"
    assert "grayscale" in page.locator("body").evaluate("e => getComputedStyle(e).filter")


def blurred(page: Page) -> bool:
    page.mouse.move(0, 0)
    style = page.locator(f"{IN_FOCUS} .body").evaluate("e => getComputedStyle(e).filter")
    return "blur" in str(style)
