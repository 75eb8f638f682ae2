"""Facts say what they say they say."""

import pytest

from rules.comment import Comment
from rules.facts.fact import Known
from rules.facts.registry import FACTS, Facts
from rules.facts.subject import Subject


def _fact(name: str, body: str) -> Known:
    return Facts(Subject(Comment(body=body), {}))[name]


@pytest.mark.parametrize(
    ("name", "body", "value"),
    [
        ("text", "a <b>bold</b> &amp; fine", "a bold & fine"),
        ("text.length", "a<br>b", 3),
        ("text.words", "one two  three", 3),
        ("text.lines", "a\nb", 2),
        ("text.capitals", "ABCDEfghij", 0.5),
        ("text.capitals", "ABC", 0.0),
        ("text.repeated", "nooooo!", 5),
        ("text.emoji", "hi 😀🎉 ☀", 3),
        ("text.mentions", "@ann and @bob, not a@b", 2),
        ("text.quoted", "> abcd\nefghij", 0.5),
        ("text.mixed_scripts", "раypal", True),
        ("text.mixed_scripts", "привет hello", False),
        ("text.invisible", "a\u200bb\u2060", 2),
        ("text.language", "this is what they would have said to all of them", "en"),
        ("text.language", "das ist nicht der Hund und auch nicht die Katze", "de"),
        ("text.language", "ce n'est pas dans la maison avec nous", "fr"),
        ("text.language", "это не так, как они говорят", "ru"),
        ("text.language", "це не так, як вони кажуть", "uk"),
        ("text.language", "xyzzy plugh", None),
        ("links.count", "http://a.com www.b.org c.net/x and.so on", 3),
        ("links.domains", "https://user@WWW.A.com:80/x?y#z", ("a.com",)),
        ("links.deceptive", '<a href="http://evil.ru">paypal.com</a>', 1),
        ("links.deceptive", '<a href="http://www.paypal.com/x">paypal.com</a>', 0),
        ("links.deceptive", "[bank.com](http://evil.ru) [here](http://b.com)", 1),
        ("links.shorteners", "http://bit.ly/x", 1),
        ("links.punycode", "http://xn--pypal-4ve.com http://аpple.com", 2),
    ],
)
def test_a_fact_of_a_text(name: str, body: str, value: Known) -> None:
    assert _fact(name, body) == value


def test_every_fact_can_be_read_of_the_barest_comment() -> None:
    facts = Facts(Subject(Comment(body="x"), {}))
    for name, fact in FACTS.items():
        value = facts[name]
        assert value is not None or fact.sometimes, name


def test_every_fact_says_what_it_means_in_the_documentation() -> None:
    from pathlib import Path

    documented = (Path(__file__).parents[2] / "docs" / "policy.md").read_text(encoding="utf-8")
    assert [name for name in FACTS if f"`{name}`" not in documented] == []
