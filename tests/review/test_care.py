"""Care: what a person does not want to see is not shown to them."""

from playwright.sync_api import Page, expect

from tests.review.conftest import Blog, SignIn, flagged
from tests.review.test_acts import Desk

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


def test_threads_and_histories_are_hidden_and_blurred_too(blog: Blog, sign_in: SignIn) -> None:
    ann = Desk(blog, "ann@blog.example")
    author = {"id": "7", "name": "Eve"}
    earlier = blog.flag("Earlier shit of mine", external_id="wp-1", author=author)
    ann.decide("reject", earlier)
    thread = {"parent": "wp-1", "context": ["What the fuck is this"], "title": "A shit title"}
    blog.flag("Nothing that a rule matched, but bullshit", author=author, thread=thread)
    page = sign_in()
    page.goto("/account")
    page.get_by_label("Hide matched words").check()
    page.get_by_label("all", exact=True).check()
    page.get_by_role("button", name="Keep").click()
    for path in ("/review", "/review/bulk?by=author&comment=" + ann.queue()[0]):
        page.goto(path)
        said = page.locator("main").inner_text()
        assert "bullshit" not in said
        assert "b*******" in said
    page.goto("/review")
    said = page.locator("main").inner_text()
    for word, hidden in (("shit", "s***"), ("fuck", "f***")):
        assert word not in said
        assert hidden in said
    for text in ("Earlier s*** of mine", "What the f*** is this"):
        for shown in page.locator(f"{IN_FOCUS} .earlier", has_text=text).all():
            assert "blur" in str(shown.evaluate("e => getComputedStyle(e).filter"))
    assert page.locator(f"{IN_FOCUS} .earlier").count() == 3
    page.keyboard.press("v")
    assert not blurred(page)


def blurred(page: Page) -> bool:
    page.mouse.move(0, 0)
    style = page.locator(f"{IN_FOCUS} .body").evaluate("e => getComputedStyle(e).filter")
    return "blur" in str(style)
