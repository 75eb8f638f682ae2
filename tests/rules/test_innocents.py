"""Innocent texts are left alone, and words with two meanings never reject by themselves."""

import pytest

from rules.comment import Comment
from rules.loading.presets import preset, preset_names
from rules.policy import load_policy
from tests.rules.marked import FRESH_INNOCENT, texts_by_kind

DEFAULT = load_policy(preset("default"))
INNOCENT = texts_by_kind("innocent.txt")
HELD_OUT = [text for texts in texts_by_kind("held_out_innocent.txt").values() for text in texts]
FRESH = {
    f"{name}: {kind}": texts
    for name in FRESH_INNOCENT
    for kind, texts in texts_by_kind(f"{name}_innocent.txt").items()
}
STILL_HELD = [  # `kung fu cked`, `if f·u·c·k = 0`: a moderator would ask too
    text for name in FRESH_INNOCENT for text in FRESH.pop(f"{name}: still held")
]
AMBIGUOUS = [
    text
    for name in ("", "fresh_", "second_fresh_", "third_fresh_")
    for texts in texts_by_kind(f"{name}ambiguous.txt").values()
    for text in texts
]
REJECTING = load_policy("name: strict\nrules: [{id: all, profanity: 1, action: reject}]")


def _held(text: str) -> bool:
    return DEFAULT.judge(Comment(body=text), {}).action != "approve"


@pytest.mark.parametrize("kind", INNOCENT)
def test_a_kind_of_innocent_text_is_left_alone(kind: str) -> None:
    assert [text for text in INNOCENT[kind] if _held(text)] == []


def test_innocent_texts_held_out_are_left_alone() -> None:
    assert len(HELD_OUT) > 70
    assert [text for text in HELD_OUT if _held(text)] == []


@pytest.mark.parametrize("kind", FRESH)
def test_a_kind_of_innocent_text_written_afresh_is_left_alone(kind: str) -> None:
    assert [text for text in FRESH[kind] if _held(text)] == []


def test_no_more_than_one_in_twelve_texts_written_as_traps_is_held() -> None:
    fresh = sum(map(len, FRESH.values()))
    assert fresh > 550
    assert len([text for text in STILL_HELD if _held(text)]) < fresh / 12


def test_there_are_enough_innocent_texts_to_say_so() -> None:
    assert len(INNOCENT) >= 18
    assert sum(map(len, INNOCENT.values())) >= 288


@pytest.mark.parametrize("name", preset_names())
def test_no_preset_rejects_a_word_that_may_be_innocent(name: str) -> None:
    policy = load_policy(preset(name))
    rejected = [t for t in AMBIGUOUS if policy.judge(Comment(body=t), {}).action == "reject"]
    assert len(AMBIGUOUS) >= 72
    assert rejected == []


def test_even_a_policy_that_rejects_all_profanity_only_holds_an_ambiguous_word() -> None:
    judgement = REJECTING.judge(Comment(body="I saw a cock there"), {})
    assert judgement.action == "review"
    assert judgement.reasons[0].values["held_back"]


def test_the_same_policy_rejects_the_word_when_it_is_aimed() -> None:
    assert REJECTING.judge(Comment(body="you dick"), {}).action == "reject"


@pytest.mark.parametrize(
    "text",
    [
        "Sluttspillet i fotball",  # a word of another language that goes on
        "x = s + h + i - t",
        "q = f(u) + c*k",
        "ON s.hit = a.id",
        "names {s, h, i, t} are free",
        "**100 million a day.** Its",
        "for fk in keys:",
        "SELECT cum_total, fail_cnt FROM sales",
        "p0, q0, p1 = 0, 1, 2",
        "mknod /dev/ttyS0 c 4 64",
        "name = '.tar' + compressed",
        "a block size of 900k",
        "In questo caso non c'è output",
        "LEERZEICHEN oder f oder g",
        "@hits = grep",
        "5***, loved it",
        "Shhh it's a secret!",
        "Sssh it's late",
        "shhhh its a surprise",
        "So the period depends on c*k, not on m.",
        "y = a*s + b, where a*s is the slope term",
        "def f(u): return c*k",
        "the convolution f*g of both",
        "the cock-\npit of a jet",
        "novels by dick-\nens",
        "the general ass-\r\nembly",
        "flights to paki-\nstan",
        "bearings by F.A.G. and K.Y.S. Rao",
        "play f a g, then g = f(a(g)) - 1",
        "see Fu, C. K., & Wong, T. (2018). Urban heat.",
        "Fu C K, Wang L. Nature 2020",
        "See Fu C.K. 2019",
        "Shi T, Li Q. 2018",
        "Cheers to Shi T. for the translation",
        "<p>Use <code>f**k</code> here</p>",
        '<pre class="c">sh*t\nu = f-u/c-k</pre>',
        "[code]\nf u c k\n[/code]",
        "~~~ c\nf**k\n~~~",
    ],
)
def test_what_only_looks_like_a_disguise_has_no_reason_at_all(text: str) -> None:
    assert DEFAULT.judge(Comment(body=text), {}).reasons == []


@pytest.mark.parametrize(
    "text",
    [
        "/usr/bin/fuck",
        "c:\\fuck\\cunt",
        "https://a.example/fuck_(cunt)/shit,ass",
        "a.example/cunt?to=https://b.example",
        "scp://cunt.example/fuck",
        "[a](https://cunt.example/fuck)",
        "[url=http://cunt.example]a[/url]",
        "me,cunt@shit.example",
        "x=cunt->fuck",
    ],
)
def test_no_word_is_found_within_an_address_or_a_path(text: str) -> None:
    assert not _held(text)


def test_accents_are_no_disguise_in_a_text_that_has_others() -> None:
    assert not _held("Hun er så sød")


@pytest.mark.parametrize(
    "text",
    ["Scunthorpe", "assess", "shiitake", "Dickens", "Essex", "cockpit", "Penistone", "therapist"],
)
def test_the_classic_innocents_have_no_reason_at_all(text: str) -> None:
    assert DEFAULT.judge(Comment(body=text), {}).reasons == []
