"""Hostile texts take no more steps than prose does, and they grow with length alone."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from rules.comment import Comment
from rules.errors import PolicyInvalid, Problem
from rules.loading.presets import preset
from rules.policy import load_policy
from rules.remembering import forget_texts

Trace = Any  # of a trace function that returns itself
SIZE = 32 * 1024
POLICY = load_policy(preset("default"))
PROSE = (
    "The committee met on Tuesday, and most people agreed that it would help the town. I'm not so"
    " sure: who pays for it? My neighbour, who isn't easily upset, counted 142 lorries in one"
    " morning... that's one every 3 minutes! Still, I'd rather have a bridge than another study;"
    " see the council's page at https://www.example.org/bridge for the plans. “Wait and see”, says"
    " the mayor, but we've waited since 2009. Has anybody else written to her?\n"
)
HOSTILE = {
    "one letter": "a",
    "the letter of a word": "f",
    "nested tags": "<b><i><u>",
    "open angle brackets": "<",
    "ampersands": "&",
    "zalgo": "z\u0335\u0336\u0337a\u0335\u0336l\u0335g\u0336o ",
    "alternating look-alikes": "аaеeоo",
    "spaced letters": "s h i p ",
    "masks": "f** ",
    "stars": "*",
    "at signs": "a@",
    "links": "http://a.co ",
    "back-ticks": "`",
    "markdown links": "[a](b",
    "swear words": "shit ",
    "swear words without end": "shit",
    "near misses": "pushit ",
    "expanding characters": "\ufdfa",
    "triples": "aaab",
    "backslashes": "\\u0",
    "entities": "&#97;",
    "entities twice": "&amp;#97;",
    "masked words": "f*ck ",
    "stretched words": "fuuuuck ",
    "stretched letters apart": "f u u u c k ",
    "letters twice": "ffuucckk ",
    "bars": "|_|",
    "unclosed comments": "<!--",
    "unclosed code": "<code>f**k ",
    "code": "<code>f**k</code> ",
    "sections that nobody knows": "<![<",
    "dots between letters": "a.b.",
    "e-mail addresses": "a@b.co ",
    "addresses in brackets": "(://a)",
    "links glued together": "]a.co",
    "bare domains": "a.com/b ",
    "quoted lines": "> a\n",
    "emoji": "😀",
    "letters upside down": "ǝɥʇ ",
    "hangul": "안녕하세요 ",
    "brackets": "[b]a[/b]",
}


def _filled(piece: str, size: int = SIZE) -> str:
    return piece * (size // len(piece))


def _steps(text: str) -> int:
    forget_texts()
    return _steps_of(lambda: POLICY.judge(Comment(body=text), {}))


def _steps_of(work: Callable[[], object]) -> int:
    """Return how many lines of Python some work runs; what C does is seen in bench/rules.py.

    A count, not a time: it is the same on any machine, however busy.
    """
    steps = 0

    def count(_: FrameType, event: str, __: object) -> Trace:
        nonlocal steps
        steps += event == "line"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        work()
    finally:
        sys.settrace(before)
    return steps


SLACK = 1.2  # Python 3.12 counts the lines of a comprehension otherwise than 3.11
PROSE_STEPS = _steps(_filled(PROSE))


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_text_takes_at_most_twice_the_steps_of_prose(kind: str) -> None:
    assert _steps(_filled(HOSTILE[kind])) <= SLACK * 2 * PROSE_STEPS


@pytest.mark.parametrize("kind", HOSTILE)
def test_four_times_the_text_takes_no_more_than_five_times_the_steps(kind: str) -> None:
    short, long = (_steps(_filled(HOSTILE[kind], size)) for size in (SIZE // 4, SIZE))
    assert long <= 5 * short + 1000


def test_an_explosive_pattern_is_linear() -> None:
    """A backtracking engine would not come back within the life of the universe."""
    policy = load_policy("name: x\nrules: [{id: a, pattern: '(a+)+$'}]")
    assert policy.judge(Comment(body="a" * (4 * SIZE) + "!"), {}).action == "approve"


def _faults(keys: int) -> list[Problem]:
    with pytest.raises(PolicyInvalid) as refused:
        load_policy("\n".join(f"a{number}: 1" for number in range(keys)))
    return refused.value.problems


def test_a_policy_of_nothing_but_faults_is_read_in_a_time_that_grows_as_it_does() -> None:
    short, long = (_steps_of(lambda n=keys: _faults(n)) for keys in (500, 2_000))  # type: ignore[misc]
    assert long <= 5 * short + 1000


def test_the_first_faults_of_very_many_are_told() -> None:
    problems = _faults(8_000)
    assert len(problems) == 51
    assert problems[2].message == "there is no key `a0` here"
    assert problems[-1].message == "and 7952 more faults"
