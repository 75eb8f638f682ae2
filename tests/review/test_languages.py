"""The pages speak the language of whoever looks at them, all of it."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import jinja2
import pytest
from playwright.sync_api import expect

from service.context import ServiceContext
from service.review.script_words import SCRIPT_WORDS
from tests.review.catalogues import SERVICE, compiled, languages, po_path, read, template
from tests.review.conftest import Blog, SignIn, flagged
from tests.review.test_appeals import signed_in

PLACEHOLDER = re.compile(r"%\(\w+\)s|%[ds%]|\{\w+\}|<[^>]+>|`[^`]+`")


@pytest.mark.parametrize("language", languages())
def test_a_catalogue_has_every_text_and_no_other(language: str) -> None:
    catalogue = read(language)
    texts = {message.id for message in template() if message.id}
    assert {message.id for message in catalogue if message.id} == texts
    for message in catalogue:
        if not message.id:
            continue
        assert not message.fuzzy, message.id
        ours, theirs = _forms(message.id), _forms(message.string)
        assert all(theirs), message.id
        for our, their in zip(ours, theirs, strict=True):
            assert sorted(PLACEHOLDER.findall(their)) == sorted(PLACEHOLDER.findall(our))
    assert po_path(language).with_suffix(".mo").read_bytes() == compiled(catalogue)


def _forms(text: str | tuple[str, ...] | list[str] | None) -> list[str]:
    return [text] if isinstance(text, str) else list(text or [""])


TEMPLATES = sorted((SERVICE / "templates" / "review").glob("*.html"))
# Names, and what people type as it is.
SAME_EVERYWHERE = {"Tactful", "s***", "POST /v1/comments/ID/appeal", "tactful policy", "URL", "CSV"}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_holds_no_text_of_its_own(path: Path) -> None:
    said = _Said()
    said.feed("".join(_literal(path.read_text())))
    assert [text for text in said.texts if text not in SAME_EVERYWHERE] == []


def _literal(source: str) -> Iterator[str]:
    """Yield what a template writes as it stands; an expression leaves a mark."""
    source = re.sub(r"{% block main_class %}[^{]*{% endblock %}", "", source)  # CSS classes
    lexed = jinja2.Environment(autoescape=True).lex(source)
    yield from (
        value if kind == "data" else "\0"
        for _, kind, value in lexed
        if kind in {"data", "variable_begin"}
    )


class _Said(HTMLParser):
    """Collects what a person would read, or have read to them."""

    READ = frozenset({"title", "placeholder", "aria-label", "alt"})

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def handle_data(self, data: str) -> None:
        self._note(data)

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in self.READ:
                self._note(value or "")

    def _note(self, text: str) -> None:
        for part in text.split("\0"):
            if len(re.findall(r"[^\W\d_]", part)) > 1:  # one letter is a unit or a sign
                self.texts.append(part.strip(" \n\t.:·,"))


def test_the_code_says_nothing_that_is_not_translated() -> None:
    shown = {"problem_page", "abort", "_cannot", "sign_in_form"}
    untranslated = [
        f"{path.name}:{call.lineno}"
        for path in sorted((SERVICE / "review").glob("*.py"))
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call)
        if isinstance(call.func, ast.Name) and call.func.id in shown
        if any(isinstance(one, ast.Constant | ast.JoinedStr) and _is_text(one) for one in call.args)
    ]
    assert untranslated == []


def _is_text(node: ast.Constant | ast.JoinedStr) -> bool:
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    said = [one.value for one in parts if isinstance(one, ast.Constant)]
    return any(isinstance(text, str) and " " in text.strip(". :") for text in said)


def test_the_scripts_say_what_is_translated() -> None:
    scripts = "".join(
        path.read_text() for path in sorted((SERVICE / "static" / "review").glob("*.js"))
    )
    asked = set(re.findall(r"\bwords\.(\w+)", scripts)) | set(
        re.findall(r'counted\("(\w+)"', scripts)
    )
    by_word = {name for name in SCRIPT_WORDS if name.startswith("word_")}
    of_one = {f"{name}_one" for name in asked if f"{name}_one" in SCRIPT_WORDS}
    assert asked | by_word | of_one == set(SCRIPT_WORDS)
    code = re.sub(r"//.*", "", scripts)
    literal = re.findall(r'(?:say\(|textContent[:=] ?|Error\()["`][A-Za-z]', code)
    assert literal == []


def test_the_browser_and_then_the_person_choose(context: ServiceContext, blog: Blog) -> None:
    blog.person("ann@blog.example", "admin")
    client = signed_in(context, "ann@blog.example")
    german = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}
    page = client.get("/account", headers=german).text
    assert '<html lang="de"' in page
    assert "Nur du siehst diese Zahlen." in page
    assert '<html lang="en"' in client.get("/account", headers={"Accept-Language": "fr"}).text
    csrf = re.findall(r'name="csrf" value="(\w+)"', page)[0]
    client.post("/account/preferences", data={"csrf": csrf, "language": "es"})
    assert "Aquí no espera nada" in client.get("/review", headers=german).text
    assert "Esta página" not in client.get("/insight", headers=german).text
    assert client.get("/comments/none").text.count("No encontrado") >= 1


def test_scripts_speak_too_and_a_comment_keeps_its_direction(blog: Blog, sign_in: SignIn) -> None:
    body = "هذا تعليق سيئ"
    verdict = flagged(body, blog.clock(), "سيئ")
    comment = blog.flag(body, verdict, author={"id": "7"}, thread={"context": ["שלום"]})
    blog.person("ann@blog.example", "admin")
    page = sign_in(locale="de-DE", labels=("E-Mail-Adresse", "Passwort", "Anmelden"))
    direction = "e => getComputedStyle(e).direction"
    assert page.locator('[aria-current="true"] .body').evaluate(direction) == "rtl"
    assert page.locator('[aria-current="true"] blockquote').evaluate(direction) == "rtl"
    assert page.locator("html").evaluate(direction) == "ltr"
    page.keyboard.press("r")
    expect(page.get_by_role("status")).to_contain_text("Abgelehnt")
    page.keyboard.press("u")
    expect(page.get_by_role("status")).to_contain_text("Rückgängig gemacht")
    # Its long words have room on a narrow screen.
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(f"/comments/{comment}")
    assert page.locator(".decide button").evaluate_all(_CRAMPED) == []
    page.goto("/insight")
    assert page.locator(".csv").evaluate_all(_CRAMPED) == []


# What is wider than the room between the borders, or begins a new line.
_CRAMPED = """(all) => all.filter((one) => {
  const text = document.createRange();
  text.selectNodeContents(one.firstChild);
  const { width, height } = text.getBoundingClientRect();
  const { paddingLeft, paddingRight } = getComputedStyle(one);
  const room = one.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
  return height > 30 || (one.clientWidth && width > room + 1);
}).map((one) => one.textContent)"""
