"""The scorer's marked words against the words that people marked."""

import random
from collections.abc import Sequence
from itertools import accumulate

import numpy as np

from training.lite.example import Example, Span
from training.lite.metrics import f1
from workers.scorers.lite import LiteScorer
from workers.scorers.places import Place

AGREED = 0.5
"""Share of raters that must have marked a word for it to count."""


def marked_words_f1(
    scorer: LiteScorer, examples: Sequence[Example]
) -> tuple[float, float, float, int]:
    """Return mean F1 of the scorer, of as many words at random, of all words; and the texts.

    Only texts in which at least half of the raters agree on some word are counted.
    """
    rng = random.Random(0)  # noqa: S311 - a baseline
    figures = []
    for example in examples:
        words = word_places(example.text)
        truth = _inside(words, [span for span in example.spans or () if span[2] >= AGREED])
        if not truth:
            continue
        found = _touched(words, scorer.attribute(example.text))
        drawn = set(rng.sample(range(len(words)), len(found)))
        figures.append((f1(truth, found), f1(truth, drawn), f1(truth, set(range(len(words))))))
    ours, at_random, everything = np.mean(figures, axis=0).tolist()
    return ours, at_random, everything, len(figures)


def scores_without_words(
    scorer: LiteScorer, examples: Sequence[Example]
) -> tuple[float, float, float]:
    """Return mean toxicity of the texts, of them without marked words, without as many others."""
    rng = random.Random(0)  # noqa: S311 - a baseline
    texts: list[str] = []
    for text in (example.text for example in examples):
        words = word_places(text)
        marked = _touched(words, scorer.attribute(text))
        others = sorted(set(range(len(words))) - marked)
        drawn = set(rng.sample(others, min(len(marked), len(others))))
        texts += [text, _without(text, words, marked), _without(text, words, drawn)]
    scores = [score["toxicity"] for score in scorer.score(texts)]
    means = np.reshape(scores, (-1, 3)).mean(axis=0).tolist()
    return means[0], means[1], means[2]


def _without(text: str, words: Sequence[Place], left_out: set[int]) -> str:
    return " ".join(text[w.start : w.end] for n, w in enumerate(words) if n not in left_out)


def word_places(text: str) -> list[Place]:
    """Return the places of what white space separates."""
    ends = accumulate(len(part) + 1 for part in text.split(" "))
    return [
        Place(end - 1 - len(part), end - 1)
        for part, end in zip(text.split(" "), ends, strict=True)
        if part.strip()
    ]


def _inside(words: Sequence[Place], spans: Sequence[Span]) -> set[int]:
    return {n for n, w in enumerate(words) if any(s < w.end and w.start < e for s, e, _ in spans)}


def _touched(words: Sequence[Place], places: Sequence[Place]) -> set[int]:
    return {
        n for n, w in enumerate(words) if any(p.start < w.end and w.start < p.end for p in places)
    }
