"""What holds on every page: nothing a comment says runs, and anybody can use it."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from service.app import create_app
from service.context import ServiceContext
from service.review import PAGES
from tests.review.conftest import Blog, SignIn, flagged, settle
from tests.review.filled import Filled, fill, policy_of

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
WIDTHS = (320, 768, 1440)
BETWEEN = 768  # nothing may overflow there, either; axe has seen it all at the other two
ATTACK = "\n".join(
    (
        "<script>alert(1)</script><img src=x onerror=alert(2)>",
        "<svg onload=alert(3)><svg><style><img src=x onerror=alert(4)></style></svg>",
        "{{ 7*7 }} {% raw %} ${alert(5)} #{alert(6)} <%= alert(7) %>",
        "</textarea></title></article></template><style>*{display:none}</style>",
        "\"' onmouseover=alert(8) autofocus onfocus=alert(9) x='",
        "<iframe srcdoc='<script>parent.alert(10)</script>'></iframe>",
        "javascript:alert(11) <a href='javascript:alert(12)'>x</a>",
        "<![<> <![ <> <![%x> <![CDATA[<script>alert(15)</script>]]>",
        "<div hx-get=/sign-out hx-trigger=load hx-on:load=alert(13)></div>",
        "\u202eevil override\u202c \u2066isolate\u2069 zero\u200bwidth",
    )
)


@pytest.mark.parametrize("format_", ["text", "html", "markdown"])
def test_a_comment_of_attacks_runs_nothing(blog: Blog, sign_in: SignIn, format_: str) -> None:
    verdict = flagged(ATTACK, blog.clock(), "<img src=x", "alert(3)", public_reason=ATTACK)
    comment = blog.flag(ATTACK, verdict, format=format_, author={"name": ATTACK})
    blog.person("ann@blog.example", "admin")
    page = sign_in()
    _runs_nothing(page, "/review")
    body = page.locator('[aria-current="true"] .body')
    assert body.evaluate(_OWN_TEXT) == ATTACK
    # An override of the reading direction is named, and turns nothing around it.
    assert page.locator('[aria-current="true"] .hidden-character').count() >= 4
    page.keyboard.press("r")
    _runs_nothing(page)
    _runs_nothing(page, f"/comments/{comment}")


def test_attacks_run_nothing_wherever_words_from_outside_are_shown(
    blog: Blog, sign_in: SignIn
) -> None:
    filled = fill(blog, ATTACK)
    blog.person("<img src=x onerror=alert(14)>@blog.example")
    page = sign_in(user_agent=ATTACK.partition("\n")[0])
    for path in filled.paths():
        _runs_nothing(page, path)
        assert page.evaluate(_TURNED_AROUND) == [], path
        if path not in {"/keys", "/site", "/comments/none"}:
            assert "alert(1" in page.content(), path
    page.goto("/policy")
    page.get_by_label("Rules, as YAML").fill(f"name: {ATTACK}")
    expect(page.locator("#trial .error").first).to_be_visible()  # told as one types
    _runs_nothing(page)
    page.get_by_label("Rules, as YAML").fill(policy_of(ATTACK, 0.1))
    page.get_by_role("button", name="Try on the last").click()
    expect(page.locator("#trial")).to_contain_text("Examples that say otherwise")
    _runs_nothing(page)


def _runs_nothing(page: Page, path: str | None = None) -> None:
    if path is not None:
        page.goto(path)
    _let_run(page)
    assert page.evaluate("window.violations") == [], path or page.url
    assert page.locator("main").is_visible(), path or page.url


# The elements in whose text an override of the reading direction is in force.
_TURNED_AROUND = """() => [...document.querySelectorAll("body *")]
  .filter((one) => !one.matches(".hidden-character, option, textarea"))
  .filter((one) => [...one.childNodes].some((text) => text.data?.includes("\\u202e")))
  .map((one) => one.outerHTML.slice(0, 80))"""


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


WORDS = "What a load of bullshit, see https://evil.example/x \u202enow\u202c"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation(blog: Blog, sign_in: SignIn, scheme: str) -> None:
    filled = fill(blog, WORDS)
    page = sign_in(color_scheme=scheme)
    # The theme changes nothing but colours, so in the dark it is enough to look at those, once.
    rules = None if scheme == "light" else ["color-contrast"]
    page.keyboard.press("r")
    page.keyboard.press("n")
    settle(page)
    _check(page, "/review after a decision", rules)
    page.goto("/account")
    page.get_by_label("profanity", exact=True).check()
    page.get_by_role("button", name="Keep").click()
    for path in filled.paths():
        page.goto(path)
        _check(page, path, rules)
    for path, button in SAYS_SOMETHING_ONCE.items():
        page.goto(path)
        if path == "/people":
            page.get_by_label("E-mail address").fill("cy@blog.example")
        if path == "/webhooks":
            page.get_by_label("URL").fill("https://blog.example/hook")
        page.get_by_role("button", name=button).first.click()
        page.locator(".notice, #trial table").first.wait_for()
        _check(page, f"{path} after {button}", rules)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign in").wait_for()
    _check(page, "/sign-in", rules)
    page.get_by_label("E-mail address").fill("ann@blog.example")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("alert").wait_for()
    _check(page, "/sign-in after a wrong password", rules)


SAYS_SOMETHING_ONCE = {
    "/policy": "Try on",
    "/webhooks": "Add",
    "/keys": "Replace",
    "/people": "Add",
}


def test_no_page_is_forgotten(context: ServiceContext) -> None:
    """Each address that answers with a page is among those that are looked at above."""
    map_ = create_app(context).url_map
    ours = {page.name for page in PAGES}
    pages = {
        rule.endpoint
        for rule in map_.iter_rules()
        if rule.endpoint.partition(".")[0] in ours and "GET" in (rule.methods or ())
    }
    looked_at = {map_.bind("").match(path.partition("?")[0])[0] for path in _SOME.paths()}
    assert pages - looked_at == {
        "sign_in.show",  # looked at last
        "audit.export", "insight.export",  # files
        "queue.card", "queue.rows", "live.counts",  # parts of the queue's page
        "live.listen",  # a stream
        "queue.home", "single_sign_on.arrive", "single_sign_on.leave",  # lead somewhere else
    }  # fmt: skip


_SOME = Filled("cmt_1", "cmt_2", "cmt_3", "whk_1")

_RUN_AXE = """async (rules) => {
  const quick = { resultTypes: ["violations"], preload: false, iframes: false };
  const { violations } = await axe.run(document, rules ? { ...quick, runOnly: rules } : quick);
  return violations.map((v) => [v.id, v.nodes.map((n) => n.html.slice(0, 160) + n.failureSummary)]);
}"""


_MOVES_SIDEWAYS = """() => [...document.querySelectorAll(".top, .top *")]
  .filter((one) => one.scrollWidth > one.clientWidth)
  .filter((one) => ["auto", "scroll"].includes(getComputedStyle(one).overflowX))
  .map((one) => one.outerHTML.slice(0, 80))"""


def _check(page: Page, where: str, rules: list[str] | None) -> None:
    page.evaluate(AXE)
    for width in WIDTHS if rules is None else WIDTHS[-1:]:
        page.set_viewport_size({"width": width, "height": 900})
        overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert overflow <= 0, f"{where} is wider than {width}"
        assert page.evaluate(_MOVES_SIDEWAYS) == [], f"the head of {where} at {width}"
        # Animations are over, so that colours are measured as they stay.
        page.evaluate("Promise.all(document.getAnimations().map(a => a.finished))")
        found = page.evaluate(_RUN_AXE, rules) if width != BETWEEN else []
        assert found == [], f"{where} at {width}: {found}"
