"""Hostile texts cost no more than prose, and the cost grows with length alone."""

from time import process_time

import pytest

from rules.comment import Comment
from rules.policy import Policy, load_policy
from rules.presets import preset

SIZE = 64 * 1024
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
}


def _seconds(text: str, policy: Policy = POLICY) -> float:
    """CPU seconds to judge, the best of three: other processes share the machine."""
    comment = Comment(body=text)
    spent: list[float] = []
    for _ in range(3):
        started = process_time()
        policy.judge(comment.model_copy(update={"body": comment.body + str(len(spent))}), {})
        spent.append(process_time() - started)
    return min(spent)


def _filled(piece: str, size: int = SIZE) -> str:
    return (piece * (size // len(piece) + 1))[:size]


PROSE_SECONDS = _seconds(_filled(PROSE))


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_text_costs_at_most_a_few_times_what_prose_does(kind: str) -> None:
    # Twice is what bench/rules.py shows for those that the issue names; a busy machine needs room.
    assert _seconds(_filled(HOSTILE[kind])) < 6 * max(PROSE_SECONDS, 0.004)


@pytest.mark.parametrize("kind", HOSTILE)
def test_four_times_the_text_costs_no_more_than_eight_times(kind: str) -> None:
    short, long = (_seconds(_filled(HOSTILE[kind], size)) for size in (SIZE // 4, SIZE))
    assert long < 8 * max(short, 0.001)


def test_an_explosive_pattern_is_linear() -> None:
    policy = load_policy("name: x\nrules: [{id: a, pattern: '(a+)+$'}]")
    assert _seconds("a" * SIZE + "!", policy) < 2
