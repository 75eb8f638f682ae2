"""How a text is cut, which links it has, what is alike, and how bars are stacked."""

from datetime import date

import pytest
from markupsafe import Markup

from rules.verdict import Match, Reason
from service.review.charts import BOTTOM, HEIGHT, stacked
from service.review.keys import checked_keys, keys_of
from service.review.letters import breakable
from service.review.links import links_shown
from service.review.marking import Mark, runs
from store.accounts import Preferences
from store.alike import ALIKE, likeness, shingles


def reason(rule: str, text: str, *spans: tuple[int, int]) -> Reason:
    matches = [
        Match(field="body", start=start, end=end, text=text[start:end], term=rule)
        for start, end in spans
    ]
    return Reason(rule=rule, action="review", message="", matches=matches)


def test_overlapping_matches_lose_no_character_and_name_every_rule() -> None:
    text = "abcdefghij"
    made = runs(text, "body", [reason("one", text, (2, 6)), reason("two", text, (4, 8))])
    cut = [("".join(p.text for p in run.pieces), [m.rule for m in run.marks]) for run in made]
    assert cut == [
        ("ab", []),
        ("cd", ["one"]),
        ("ef", ["one", "two"]),
        ("gh", ["two"]),
        ("ij", []),
    ]


def test_a_mark_parts_no_letter_from_its_accents() -> None:
    text = "e\u0301fuck\u0301\u0302!"
    made = runs(text, "body", [reason("one", text, (1, 6))])
    assert ["".join(piece.text for piece in run.pieces) for run in made] == [text[:-1], "!"]


def test_a_match_that_is_not_of_this_text_marks_nothing() -> None:
    text = "short"
    made = runs(text, "body", [reason("one", "x" * 90, (2, 60), (3, 3))])
    assert [run.marks for run in made] == [()]
    assert runs(text, "author.name", [reason("one", text, (0, 2))])[0].marks == ()


@pytest.mark.parametrize(
    ("technique", "said"),
    [("leet", "one: word, written leet"), ("plain", "one: word"), ("score", "one: word")],
)
def test_a_mark_says_how_a_word_is_written(technique: str, said: str) -> None:
    assert Mark("one", "word", technique).about == said


def test_what_hides_is_named_and_what_scripts_need_is_left() -> None:
    [run] = runs("a\u200bb\u202ec \u0915\u094d\u200d\u0937", "body", [])
    assert [piece.hidden for piece in run.pieces] == [
        "",
        "zero width space",
        "",
        "right-to-left override",
        "",
    ]
    for character in "\u034f\u115f\u2028\u2800\u3164\ufe0f\U000e0041\U000e0101":
        [run] = runs(f"f{character}u", "body", [])
        assert [bool(piece.hidden) for piece in run.pieces] == [False, True, False], character
    for whole in (
        "\u2764\ufe0f",
        "1\ufe0f\u20e3",
        "\u845b\U000e0100",
        "\u1820\u180b",
        "\U0001f44d\U0001f3fd",
    ):
        assert len(runs(whole, "body", [])[0].pieces) == 1, whole
    assert runs("shit happens", "body", [])[0].masked == "s*** *******"


@pytest.mark.parametrize(
    "letter",
    [
        "A",
        "<",
        "e\u0301",
        "\u0915\u094d\u0937",
        "\U0001f44d\U0001f3fd",
        "\U0001f1e9\U0001f1ea",
        "\u2764\ufe0f",
    ],
)
def test_a_line_may_break_in_a_word_without_end_but_in_no_letter(letter: str) -> None:
    for text in (letter * 1_000, "a" + letter * 1_000):
        parts = breakable(text).split(Markup("<wbr>"))
        assert "".join(part.unescape() for part in parts) == text
        assert all(len(part.unescape()) < 210 for part in parts)
        assert {part.unescape()[0] for part in parts[1:]} == {letter[0]}
    assert "<wbr>" not in breakable(f"{letter} " * 1_000)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (
            "See https://a.example/x, and http://b.example.",
            [("", "https://a.example/x", False), ("", "http://b.example", False)],
        ),
        (
            "casino-best.com/win, www.pills.com",
            [("", "casino-best.com/win", False), ("", "www.pills.com", False)],
        ),
        ("[my bank](https://evil.example/l)", [("my bank", "https://evil.example/l", False)]),
        (
            '<a href="https://evil.example?a&amp;b"><b>bank</b>.com</a>',
            [("bank.com", "https://evil.example?a&b", True)],
        ),
        ("[url=//evil.example]www.bank.com[/url]", [("www.bank.com", "//evil.example", True)]),
        (
            '<a href="https://bank.com/login">www.bank.com</a>',
            [("www.bank.com", "https://bank.com/login", False)],
        ),
        ("javascript:alert(1) www.nothing", []),
        ("http://a.example " * 9, [("", "http://a.example", False)]),
        *(
            (f'{odd}> <a href="//a.example">a</a>', [("a", "//a.example", False)])
            for odd in ("<![<", "<![ <", "<![%x", "<![CDATA[<b>]]", "<![endif]", "<!")
        ),
    ],
)
def test_a_card_shows_the_links_that_the_verdict_speaks_of(
    body: str, found: list[tuple[str, str, bool]]
) -> None:
    assert [(link.label, link.target, link.deceives) for link in links_shown(body)] == found


def test_near_identical_texts_are_alike_and_others_are_not() -> None:
    advert = shingles("Cheap pills here!!! Call 0123 now, best price of all")
    assert likeness(advert, shingles("CHEAP PILLS HERE call 9876 now - best price of all!")) > ALIKE
    assert likeness(advert, shingles("The pills my doctor gave me were not cheap at all.")) < ALIKE
    assert likeness(shingles(""), shingles("")) == 1


def test_keys_cannot_be_given_twice_or_be_long() -> None:
    assert keys_of(Preferences(keys=checked_keys({"approve": "y"})))["approve"] == "y"
    assert keys_of(Preferences(keys_on=False)) == {}
    for wrong in ({"approve": "r"}, {"approve": "xy"}):
        with pytest.raises(ValueError, match=r"key|given"):
            checked_keys(wrong)


def test_bars_stand_on_each_other_and_under_the_grid() -> None:
    counts = {date(2026, 1, 2): {"approve": 3, "reject": 1}}
    chart = stacked(counts, ("approve", "reject"), date(2026, 1, 1), 3)
    below, above = chart.bars
    assert (below.name, above.name, chart.total) == ("approve", "reject", 4)
    assert below.y + below.height == HEIGHT - BOTTOM
    assert above.y + above.height == pytest.approx(below.y)
    assert chart.grid[-1].number >= 4
    assert stacked({}, ("approve",), date(2026, 1, 1), 7).bars == []
