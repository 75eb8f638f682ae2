"""The rules: what they find, what they leave alone, and what they cost, beside two others."""

import sys
from collections.abc import Callable, Iterator
from functools import partial
from random import Random
from time import process_time

from rules.comment import Comment
from rules.loading.document import Profanity
from rules.loading.presets import preset
from rules.policy import Policy, load_policy
from rules.profanity import ProfanityFilter, lists, vocabulary
from rules.remembering import forget_texts
from tests.rules.evasions import TECHNIQUES, Evasion, evasions
from tests.rules.marked import (
    FRESH_DISGUISED,
    FRESH_INNOCENT,
    Marked,
    marked_sentences,
    texts_by_kind,
)
from tests.rules.red_team import HELD_OUT, WORDS, attacks
from tests.rules.red_team import TECHNIQUES as MORE
from tests.rules.test_hostile import HOSTILE, PROSE

Finds = Callable[[str], bool]
LENGTHS = (20, 60, 200, 1000, 5000)
TERMS = (100, 1000, 10_000)
HOSTILE_SIZE = 64 * 1024
PLAIN = "The committee met on Tuesday, and most people agreed that it would help the town. "
SPAN_SLACK = 2
ROUNDS = 9


def run() -> str:
    """Measure all and return the chapter as Markdown. CPU time, the best of several rounds."""
    parts = ["## Rules", *_found(), *_cost(), *_hostile(), *_peers()]
    return "\n".join(parts)


def _say(text: str) -> None:
    print(f"rules: {text}", file=sys.stderr)


def _rate(part: int, whole: int) -> str:
    return f"{part}/{whole} ({part / whole:.1%})"


def _cleared(work: Callable[[], object]) -> Callable[[], object]:
    """Work on a text as if it had not been seen before."""

    def go() -> object:
        forget_texts()
        return work()

    return go


def _microseconds(work: Callable[[], object], times: int) -> float:
    best = float("inf")
    for _ in range(ROUNDS):
        started = process_time()
        for _ in range(times):
            work()
        best = min(best, (process_time() - started) / times * 1e6)
    return best


def _ours() -> ProfanityFilter:
    return ProfanityFilter(Profanity())


def _in_place(finder: ProfanityFilter, text: str, start: int, end: int) -> bool:
    return any(
        abs(hit.start - start) <= SPAN_SLACK and abs(hit.end - end) <= SPAN_SLACK
        for hit in finder.hits(text)
    )


def _disguised() -> dict[str, list[Evasion] | list[Marked]]:
    return {
        "generated": list(evasions()),
        "red team": list(attacks(WORDS)),
        "held-out words": list(attacks(HELD_OUT)),
        "by hand": marked_sentences("disguised.txt"),
        "held-out sentences": marked_sentences("held_out_disguised.txt"),
        "fresh sentences": [
            sentence
            for name in FRESH_DISGUISED
            for sentence in marked_sentences(f"{name}_disguised.txt")
        ],
    }


def _texts(name: str) -> list[str]:
    return [text for texts in texts_by_kind(name).values() for text in texts]


def _found() -> Iterator[str]:
    _say("what is found")
    finder, sets = _ours(), _disguised()
    policy = load_policy(preset("default"))
    innocent, untried, ambiguous = (
        _texts(f"{name}.txt") for name in ("innocent", "held_out_innocent", "ambiguous")
    )
    fresh = [text for name in FRESH_INNOCENT for text in _texts(f"{name}_innocent.txt")]
    kinds = len(texts_by_kind("innocent.txt"))

    def action(text: str) -> str:
        return policy.judge(Comment(body=text), {}).action

    def held(texts: list[str]) -> int:
        return sum(action(text) != "approve" for text in texts)

    def placed(name: str) -> str:
        found = [_in_place(finder, item.text, item.start, item.end) for item in sets[name]]
        return _rate(sum(found), len(found))

    actions = [action(text) for text in ambiguous]
    yield f"""
Sets in `tests/rules`, written by the authors of the matcher: the first rows were tuned on, so they
flatter it; of those held out only the rate was looked at (of the sentences held out, 75 of 83 were
found before what they taught was mended). {len(TECHNIQUES)} and {len(MORE)} techniques. Found means
with a span within two characters of the truth.

| set | outcome |
| --- | --- |
| disguised words, generated | {placed("generated")} found |
| disguised words, a red team's | {placed("red team")} found |
| disguised words, a red team's techniques on words held out | {placed("held-out words")} found |
| disguised words, sentences by hand | {placed("by hand")} found |
| disguised words, sentences held out | {placed("held-out sentences")} found |
| disguised words, fresh sentences | {placed("fresh sentences")} found |
| the same on first sight | 518/566, 126/136, 82/85, 214/236, 118/131, 109/115, 373/398, 90/92 |
| innocent texts, {kinds} kinds | {_rate(held(innocent), len(innocent))} held |
| innocent texts, held out | {_rate(held(untried), len(untried))} held |
| innocent texts, fresh | {_rate(held(fresh), len(fresh))} held |
| the same on first sight | 31/218, 20/207, 19/109, 7/104, 14/294, 2/83 |
| texts with words of two meanings | {actions.count("reject")} rejected, \
{actions.count("review")} held, of {len(ambiguous)} |
"""


def _own_words(number: int) -> list[str]:
    random = Random(1)
    letters = "bcdfghklmnprstvwz"
    return [
        "".join(
            random.choice(letters) + random.choice("aeiou") for _ in range(random.randint(3, 6))
        )
        + random.choice("nrst")
        for _ in range(number)
    ]


def _with_terms(number: int) -> tuple[Policy, float]:
    """Return the default policy with so many own terms, and the seconds to load it."""
    words = "".join(f"      - {word}\n" for word in dict.fromkeys(_own_words(number)))
    head = f"lists:\n  own:\n    words:\n{words}rules:\n  - {{id: own, list: own}}\n"
    source = preset("default").replace("rules:\n", head, 1)
    started = process_time()
    return load_policy(source), process_time() - started


def _cost() -> Iterator[str]:
    vocabulary.cache_clear()
    started = process_time()
    vocabulary(())
    packaged = process_time() - started
    words = sum(len(found.terms) for found in lists())
    yield f"""
Microseconds a comment, `default` policy with all {len(lists())} lists ({words} words, loaded once \
a process in {packaged:.2f} s) and own terms besides; conditions included.

| own terms | loads in | {" | ".join(f"{length} chars" for length in LENGTHS)} |
| --- | --- | {" | ".join("---" for _ in LENGTHS)} |"""
    for number in TERMS:
        _say(f"{number} terms")
        policy, loading = _with_terms(number)
        cells = (f"{_judging(policy, length):.0f}" for length in LENGTHS)
        yield f"| {number} | {loading * 1000:.0f} ms | {' | '.join(cells)} |"


def _judging(policy: Policy, length: int) -> float:
    comment = Comment(body=(PROSE * (length // len(PROSE) + 1))[:length])
    work = _cleared(lambda: policy.judge(comment, {"toxicity": 0.5}))
    return _microseconds(work, max(2, 20_000 // length))


def _hostile() -> Iterator[str]:
    policy = load_policy(preset("default"))

    def nanoseconds(piece: str) -> float:
        text = piece * (HOSTILE_SIZE // len(piece))
        comment = Comment(body=text)
        work = _cleared(lambda: policy.judge(comment, {"toxicity": 0.5}))
        return _microseconds(work, 1) / HOSTILE_SIZE * 1000

    _say("hostile texts")
    prose = nanoseconds(PROSE)
    plain = nanoseconds(PLAIN)
    yield (
        "\n64 KiB of one thing. Prose as people write it, with apostrophes, figures and a link,"
        f" costs {prose:.0f} ns a character;\nthe plainest, a sentence of words, {plain:.0f} ns.\n"
    )
    yield "| text | ns a character | times prose | times plain prose |\n| --- | --- | --- | --- |"
    for kind, piece in HOSTILE.items():
        cost = nanoseconds(piece)
        yield f"| {kind} | {cost:.0f} | {cost / prose:.1f} | {cost / plain:.1f} |"


def _better_profanity() -> Finds:
    from better_profanity import profanity  # noqa: PLC0415 - a second to import

    profanity.load_censor_words()
    return lambda text: bool(profanity.contains_profanity(text))


def _alt_profanity_check() -> Finds:
    from profanity_check import predict  # noqa: PLC0415 - as above

    return lambda text: bool(predict([text])[0])


def _peers() -> Iterator[str]:
    finder = _ours()
    everyone: dict[str, Callable[[], Finds]] = {
        "Tactful": lambda: lambda text: any(hit.severity > 1 for hit in finder.hits(text)),
        "`better_profanity` 0.7": _better_profanity,
        "`alt-profanity-check` 1.9": _alt_profanity_check,
    }
    made = [item.text for items in _disguised().values() for item in items]
    innocent = _texts("innocent.txt") + _texts("held_out_innocent.txt")
    yield """
The same texts through others, each with its own words. Found means flagged, wherever; the sets are
ours, see above.

| | disguised found | innocents flagged | 60 characters |
| --- | --- | --- | --- |"""
    for name, make in everyone.items():
        _say(name)
        finds = make()
        found, flagged = sum(map(finds, made)), sum(map(finds, innocent))
        cost = _microseconds(_cleared(partial(finds, PROSE[:60])), 20)
        shares = f"{_rate(found, len(made))} | {_rate(flagged, len(innocent))}"
        yield f"| {name} | {shares} | {cost:.0f} µs |"


if __name__ == "__main__":
    print(run())
