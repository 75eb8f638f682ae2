"""Facts say what they say they say."""

from datetime import UTC, datetime

import pytest

from rules.comment import Author, Comment
from rules.facts.fact import Known
from rules.facts.registry import FACTS, Facts
from rules.facts.subject import Subject
from rules.history import History
from rules.policy import load_policy


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
        ("links.domains", f"[a]: http://x.example/&#{'1' * 5_000};", ("x.example",)),
        ("links.domains", f'<a href="http://x.example/&#{"0" * 1_900}106;">a</a>', ("x.example",)),
        ("links.shorteners", "http://bit.ly/x", 1),
        ("links.punycode", "http://xn--pypal-4ve.com http://аpple.com", 2),
        ("text.emoji", "👨\u200d👩\u200d👧\u200d👦 👍🏽 🇩🇪 1\ufe0f\u20e3 ❤\ufe0f ⭐ &#128512;", 7),
        ("text.emoji", "★ ✓ → © 12 :)", 0),
        ("text.invisible", "👨\u200d👩\u200d👧 می\u200cخواهم", 0),
        ("text.invisible", "a\u3164b &shy;c", 2),
        ("text.mentions", '(@ann) "@bob" cc:@eve .@kim a@b.com @ann@social.example', 5),
        ("text.mixed_scripts", "3D-модель iPhone-ом", False),
        ("text.lines", "<p>one<br>two</p>", 2),
        ("text.quoted", "<blockquote><p>abcd</p></blockquote>efgh", 0.5),
        ("text.quoted", "<blockquote>ab<blockquote>c</blockquote>d</blockquote>efgh", 0.5),
        ("text.quoted", "&gt; abcd\nefghij", 0.5),
        ("text.quoted", "On 3 Jan 2026 Ann <ann@a.com> wrote:\n> abcd", 1.0),
        ("text.quoted", "-----Original Message-----\nFrom: Ann\n\nabcd", 1.0),
        ("text.quoted", ">:( not me >_<", 0.0),
        ("text.quoted", "[quote=Ann]abcdefgh[/quote]", 1.0),
        ("text.language", "你好吗", "zh"),
        ("text.language", "日本語を話します", "ja"),
        ("text.language", "안녕하세요", "ko"),
        ("text.language", "Ωραία", "el"),
        ("text.language", "سلام، چطوری", "fa"),
        ("text.language", "I don't think that's true", "en"),
        ("links.deceptive", '<a\nclass=x href = "http://evil.ru">paypal.com</a>', 1),
        ("links.deceptive", '<a href="http://evil.ru" title="a>b"><b>paypal</b>.com</a>', 1),
        ("links.deceptive", '<a href="http&#58;//evil.ru">Visit pay&#112;al.com now</a>', 1),
        ("links.deceptive", '<a data-href="//paypal.com" href="//evil.ru">paypal.com</a>', 1),
        ("links.deceptive", "[**paypal.com**](http://evil.ru) [`bank.com`](//evil.ru)", 2),
        ("links.deceptive", "[paypal.com][1]\n\n[1]: http://evil.ru", 1),
        ("links.deceptive", "[url=http://evil.ru]paypal.com[/url]", 1),
        ("links.deceptive", "[How amazon.com treats its workers](http://news.com)", 0),
        ("links.deceptive", '<a href="http://xn--mnchen-3ya.de">münchen.de</a>', 0),
        ("links.count", "[paypal.com][1]\n\n[1]: http://evil.ru", 1),
        ("links.count", '<a href="/about">us</a> <a href="mailto:a@b.com">a@b.com</a>', 0),
        (
            "links.domains",
            "http://a.com,http://b.com [url]http://c.com[/url]",
            ("a.com", "b.com", "c.com"),
        ),
        ("links.domains", "http://evil\u3002com", ("evil.com",)),
        ("links.domains", "İ HTTPS://EVIL.EXAMPLE/x WWW.b.example", ("evil.example", "b.example")),
        ("links.deceptive", 'İİ <A HREF="http://evil.ru">paypal.com</A>', 1),
        ("links.deceptive", "İ [URL=http://evil.ru]paypal.com[/URL]", 1),
    ],
)
def test_a_fact_of_a_text(name: str, body: str, value: Known) -> None:
    assert _fact(name, body) == value


@pytest.mark.parametrize(
    ("email", "domain", "disposable"),
    [
        ("Ann@Mailinator.COM ", "mailinator.com", True),
        ("Ann <ann@box.mailinator.com>", "box.mailinator.com", True),
        ("ann@example.org", "example.org", False),
        ("no address", None, None),
    ],
)
def test_the_domain_of_an_address(email: str, domain: str | None, disposable: bool | None) -> None:
    facts = Facts(Subject(Comment(body="x", author=Author(email=email)), {}))
    assert facts["author.email_domain"] == domain
    assert facts["author.disposable_email"] is disposable


def test_markdown_goes_on_quoting_without_the_sign() -> None:
    text = "> abcd\nefgh\n\nijklmnopqr"
    lazily, strictly = (Comment(body=text, format=kind) for kind in ("markdown", "text"))
    assert Facts(Subject(lazily, {}))["text.quoted"] == 0.5
    assert Facts(Subject(strictly, {}))["text.quoted"] == 0.3


@pytest.mark.parametrize(("zone", "hour", "weekday"), [("UTC", 23, 2), ("Europe/Berlin", 1, 3)])
def test_the_hour_is_that_of_the_policys_time_zone(zone: str, hour: int, weekday: int) -> None:
    when = f"time.hour == {hour} and time.weekday == {weekday}"
    policy = load_policy(f"name: x\ntimezone: {zone}\nrules: [{{id: a, when: {when}}}]")
    midnight = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    assert policy.judge(Comment(body="x", posted_at=midnight), {}).action == "review"


def test_every_fact_can_be_read_of_the_barest_comment() -> None:
    facts = Facts(Subject(Comment(body="x"), {}))
    for name, fact in FACTS.items():
        value = facts[name]
        assert value is not None or fact.sometimes, name


def test_every_fact_says_what_it_means_in_the_documentation() -> None:
    from pathlib import Path

    documented = (Path(__file__).parents[2] / "docs" / "policy.md").read_text(encoding="utf-8")
    assert [name for name in FACTS if f"`{name}`" not in documented] == []


def test_every_count_of_the_history_is_a_fact() -> None:
    assert {fact.given for fact in FACTS.values() if fact.given} == set(History.model_fields)
