"""Disguised words are found, where they stand."""

from collections import Counter

import pytest

from rules.loading.document import Profanity
from rules.matching.hits import Hit
from rules.profanity import ProfanityFilter
from tests.rules.evasions import TECHNIQUES, evasions
from tests.rules.marked import marked_sentences
from tests.rules.red_team import HELD_OUT, WORDS, attacks

FILTER = ProfanityFilter(Profanity())
NEAR = 2


def _found(hits: list[Hit], start: int, end: int) -> bool:
    return any(abs(hit.start - start) <= NEAR and abs(hit.end - end) <= NEAR for hit in hits)


@pytest.mark.parametrize("technique", TECHNIQUES)
def test_a_technique_does_not_hide_most_words(technique: str) -> None:
    outcomes = [
        _found(FILTER.hits(item.text), item.start, item.end)
        for item in evasions()
        if item.technique == technique
    ]
    assert sum(outcomes) / len(outcomes) >= 0.75


def test_of_all_disguises_95_percent_are_found_in_their_place() -> None:
    outcomes = Counter(_found(FILTER.hits(item.text), item.start, item.end) for item in evasions())
    assert outcomes.total() > 589
    assert outcomes[True] / outcomes.total() >= 0.95


@pytest.mark.parametrize(
    "name",
    [
        "disguised.txt",
        "fresh_disguised.txt",
        "second_fresh_disguised.txt",
        "third_fresh_disguised.txt",
        "fourth_fresh_disguised.txt",
        "sixth_fresh_disguised.txt",
        "seventh_fresh_disguised.txt",
        "eighth_fresh_disguised.txt",
    ],
)
def test_of_sentences_by_hand_95_percent_are_found_in_their_place(name: str) -> None:
    sentences = marked_sentences(name)
    found = [_found(FILTER.hits(item.text), item.start, item.end) for item in sentences]
    assert len(sentences) > 80
    assert sum(found) / len(found) >= 0.95


@pytest.mark.parametrize("words", [WORDS, HELD_OUT], ids=["tried", "held out"])
def test_of_a_red_teams_disguises_95_percent_are_found_in_their_place(
    words: tuple[str, ...],
) -> None:
    outcomes = Counter(
        _found(FILTER.hits(item.text), item.start, item.end) for item in attacks(words)
    )
    assert outcomes.total() > 1500
    assert outcomes[True] / outcomes.total() >= 0.95


@pytest.mark.parametrize("name", ["held_out_disguised.txt", "fifth_fresh_disguised.txt"])
def test_of_sentences_held_out_nine_in_ten_are_found_in_their_place(name: str) -> None:
    sentences = marked_sentences(name)
    found = [_found(FILTER.hits(item.text), item.start, item.end) for item in sentences]
    assert len(sentences) > 75
    assert sum(found) / len(found) >= 0.9


@pytest.mark.parametrize(
    ("text", "technique"),
    [
        ("what shit", "plain"),
        ("s h i t", "spaced"),
        ("k.y.s already", "spaced"),
        ("you f.a.g", "spaced"),
        ("YOU F.A.G.", "spaced"),
        ("k-y-s", "spaced"),
        ("sh1t", "leet"),
        ("ѕhit", "look-alike"),
        ("tihs", "reversed"),
        ("shiiiit", "stretched"),
        ("shhhhit", "stretched"),
        ("shhhh-it", "stretched"),
        ("sh it", "split"),
        ("oh Shi T.", "split"),
        ("Fu C K you", "spaced"),
        ("FU, C. K.", "spaced"),
        ("s**t", "masked"),
        ("sh\u200bit", "invisible"),
        ("shi\u0301t", "marks"),
        ("sh<b>i</b>t", "markup"),
        ("shi-\nt", "split"),
        ("youshit", "joined"),
        ("phuck", "respelled"),
        ("ʇıɥs", "upside-down"),
        ("f0ck", "leet"),
        ("sl00t", "leet"),
        ("fyck", "respelled"),
        ("ff uu cc kk", "stretched"),
        ("f…k", "masked"),
        ("kiss my a*s", "masked"),
        ("full of c*m", "masked"),
        ("he is f*k", "masked"),
        ("ph*ck", "masked"),
        ("sh*t*show", "masked"),
        ("wank-\ner", "split"),
        ("dick-\nhead", "split"),
        ("shit-\nwork", "plain"),
        ("you dick-\nlover", "plain"),
        ("wogs-\nand more", "plain"),
        ("ass h*le", "masked"),
        ("mother-f*cker", "masked"),
        ("sh!!!!t", "masked"),
        ("sh...t", "masked"),
        ("k×rwa", "masked"),
        ("f******", "masked"),
        ("m.rde", "masked"),
        ("pen-dejo", "split"),
        ("kabrón", "respelled"),
        ("drannoc", "reversed"),
        ("&#1093;&#1091;&#1081;", "markup"),
        ("ΒΙΤCΗ", "look-alike"),
        ("ѕһіт", "look-alike"),
    ],
)
def test_a_hit_says_by_which_technique_it_was_written(text: str, technique: str) -> None:
    assert [hit.technique for hit in FILTER.hits(text)] == [technique]


@pytest.mark.parametrize(
    "text",
    [
        "Such a /cunt/",
        "cunt,https://x",
        "cunt://",
        "cunt/https://a.example",
        "cunt:www.a.example",
        "cunt->https://a.example",
        "cunt→https://a.example",
        "cunt;mailto:a@b.example",
        "cunt,a.example",
        "cunt:me@a.example",
        "cunt(http://a.example)",
        "(http://a.example)cunt",
        "[cunt](http://a.example)",
        "[cunt](a.example/b_c)",
        "see [the cunt](http://a.example).",
        "![cunt](http://a.example/a.png)",
        "[url=http://a.example]cunt[/url]",
        "[url=a.example/b]the cunt[/url]",
    ],
)
def test_a_word_beside_an_address_is_found_in_its_place(text: str) -> None:
    at = text.index("cunt")
    assert [(hit.start, hit.end) for hit in FILTER.hits(text)] == [(at, at + 4)]


@pytest.mark.parametrize(
    "text",
    [
        "<code>f**k",
        "<code>a</code> f**k",
        "f<code>**</code>k",
        "<pre>fuck</pre>",
        "~~~\nfuck\n~~~",
        "say ~~~ f**k ~~~",
    ],
)
def test_code_hides_no_word_in_plain_sight_or_outside_of_it(text: str) -> None:
    assert [hit.term.text for hit in FILTER.hits(text)] == ["fuck"]


@pytest.mark.parametrize(
    ("text", "term"),
    [("suka blyat", "блять"), ("that pizdec", "пиздец"), ("nahuy with it", "нахуй")],
)
def test_russian_words_are_found_in_latin_letters_too(text: str, term: str) -> None:
    assert [hit.term.text for hit in FILTER.hits(text)] == [term]


def test_a_technique_can_be_switched_off() -> None:
    patient = ProfanityFilter(Profanity(without=["reversed"]))
    assert FILTER.hits("tihs")
    assert not patient.hits("tihs")


def test_a_word_that_a_site_allows_is_not_found() -> None:
    assert not ProfanityFilter(Profanity(allow=["shit"])).hits("shit")


def test_a_phrase_that_a_site_allows_is_not_found_and_its_words_are_elsewhere() -> None:
    patient = ProfanityFilter(Profanity(allow=["son of a bitch"]))
    assert [hit.start for hit in patient.hits("you bitch, you Son of a bitch")] == [4]


def test_only_the_languages_asked_for_are_looked_at() -> None:
    assert FILTER.hits("kurwa")
    assert not ProfanityFilter(Profanity(languages=["en"])).hits("kurwa")


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("hijo de puta", "hijo de puta"),
        ("ce connard", "connard"),
        ("du Arschloch", "Arschloch"),
        ("che stronzo", "stronzo"),
        ("caralho", "caralho"),
        ("klootzak", "klootzak"),
        ("ty chuju", "chuju"),
        ("всё нахуй", "нахуй"),
        ("це хуйня", "хуйня"),
        ("orospu", "orospu"),
    ],
)
def test_each_language_has_its_list(text: str, term: str) -> None:
    assert [hit.term.text for hit in FILTER.hits(text)] == [term]
