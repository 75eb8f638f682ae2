"""What holds on every page: nothing a comment says runs, and anybody can use it."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.review.conftest import Blog, SignIn, flagged

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
WIDTHS = (360, 768, 1440)
ATTACK = "\n".join(
    (
        "<script>alert(1)</script><img src=x onerror=alert(2)>",
        "<svg onload=alert(3)><svg><style><img src=x onerror=alert(4)></style></svg>",
        "{{ 7*7 }} {% raw %} ${alert(5)} #{alert(6)} <%= alert(7) %>",
        "</textarea></title></article></template><style>*{display:none}</style>",
        "\"' onmouseover=alert(8) autofocus onfocus=alert(9) x='",
        "<iframe srcdoc='<script>parent.alert(10)</script>'></iframe>",
        "javascript:alert(11) <a href='javascript:alert(12)'>x</a>",
        "<div hx-get=/sign-out hx-trigger=load hx-on:load=alert(13)></div>",
        "\u202eevil override\u202c \u2066isolate\u2069 zero\u200bwidth",
    )
)


def everything(attack: str) -> dict[str, object]:
    """Return a comment whose every field is the attack."""
    author = {"id": attack[:200], "name": attack, "email": attack, "url": attack, "role": attack}
    thread = {"url": attack, "title": attack, "context": [attack], "parent": "wp-0"}
    return {"author": author, "thread": thread, "external_id": attack[:255], "type": attack}


def pages_of(comment_id: str) -> list[str]:
    return [
        "/review",
        f"/comments/{comment_id}",
        f"/review/bulk?comment={comment_id}&by=author",
        "/appeals",
        "/second-opinions",
        "/insight",
        "/policy",
        "/webhooks",
        "/keys",
        "/site",
        "/people",
        "/audit",
        "/account",
        "/comments/none",
    ]


@pytest.mark.parametrize("format_", ["text", "html", "markdown"])
def test_a_comment_of_attacks_runs_nothing(blog: Blog, sign_in: SignIn, format_: str) -> None:
    blog.flag(ATTACK, external_id="wp-0", author={"id": "p", "name": ATTACK})
    verdict = flagged(ATTACK, blog.clock(), "<img src=x", "alert(3)", public_reason=ATTACK)
    reason = verdict.reasons[0].model_copy(update={"rule": ATTACK, "message": ATTACK})
    hostile = verdict.model_copy(update={"reasons": [reason], "labels": [ATTACK]})
    comment = blog.flag(ATTACK, hostile, format=format_, **everything(ATTACK))
    blog.person("ann@blog.example", "admin")
    page = sign_in()
    paths = pages_of(comment)
    for path in paths if format_ == "text" else paths[:1]:  # what differs by format
        page.goto(f"{path}{'&' if '?' in path else '?'}focus={comment}")
        _let_run(page)
        assert page.evaluate("window.violations") == [], path
        assert page.locator("main").is_visible(), path
    page.goto(f"/review?focus={comment}")
    body = page.locator('[aria-current="true"] .body')
    visible = body.evaluate(_OWN_TEXT)
    assert visible == ATTACK
    # An override of the reading direction is named, and turns nothing around it.
    assert page.locator('[aria-current="true"] .hidden-character').count() >= 4
    page.keyboard.press("r")
    _let_run(page)
    assert page.evaluate("window.violations") == []


def _let_run(page: Page) -> None:
    """Give what could run the time to do so."""
    page.wait_for_load_state("load")
    page.wait_for_timeout(100)


# What a comment says, without what we say of it to screen readers.
_OWN_TEXT = """(element) => {
  const copy = element.cloneNode(true);
  copy.querySelectorAll(".vh").forEach((ours) => ours.remove());
  return copy.textContent;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation(blog: Blog, sign_in: SignIn, scheme: str) -> None:
    body = "What a load of bullshit, see https://evil.example/x \u202enow\u202c"
    fields = {"author": {"id": "7", "name": "Eve", "url": "https://eve.example"}, "lang": "en"}
    thread = {"url": "https://blog.example/1", "title": "On things", "context": ["Before."]}
    for number in range(3):
        verdict = flagged(body, blog.clock(), "bullshit", priority=number)
        last = blog.flag(body, verdict, thread=thread, **fields)
    blog.person("ann@blog.example", "admin")
    page = sign_in(color_scheme=scheme)
    page.keyboard.press("r")
    page.keyboard.press("n")
    page.evaluate("sending")
    # The theme changes nothing but colours, so in the dark it is enough to look at those.
    rules = None if scheme == "light" else ["color-contrast"]
    _check(page, "/review after a decision", rules)
    page.goto("/account")
    page.get_by_label("profanity").check()
    page.get_by_role("button", name="Keep").click()
    for path in pages_of(last):
        page.goto(path)
        _check(page, path, rules)
    page.goto("/review?label=profanity&score=toxicity&least=0.5")
    _check(page, "/review filtered", rules)
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign in").wait_for()
    _check(page, "/sign-in", rules)


_RUN_AXE = """async (rules) => {
  const quick = { resultTypes: ["violations"], preload: false, iframes: false };
  const { violations } = await axe.run(document, rules ? { ...quick, runOnly: rules } : quick);
  return violations.map((v) => [v.id, v.nodes.map((n) => n.html.slice(0, 160) + n.failureSummary)]);
}"""


def _check(page: Page, where: str, rules: list[str] | None) -> None:
    page.evaluate(AXE)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert overflow <= 0, f"{where} is wider than {width}"
        # Animations are over, so that colours are measured as they stay.
        page.evaluate("Promise.all(document.getAnimations().map(a => a.finished))")
        found = page.evaluate(_RUN_AXE, rules)
        assert found == [], f"{where} at {width}: {found}"
