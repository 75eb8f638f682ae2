"""What was written and rated for this model, beside the shared data sets."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from training.lite.example import CALM, Example, severity

KINDS = {
    "i": "insult",
    "o": "obscene",
    "t": "threat",
    "g": "identity_attack",
    "s": "sexual_explicit",
}
"""How the kinds of abuse are written in `graded.tsv`."""
_NAMED, _UNNAMED = 0.8, 0.04


def graded_comments(path: Path) -> list[Example]:
    """Return the comments written for this model: a chance of toxicity, kinds, and the text.

    Kinds are letters (`KINDS`); a kind that most people would not name is as good as absent.
    """
    return [_graded(*row) for row in _rows(path)]


def _graded(score: str, kinds: str, text: str) -> Example:
    toxicity = int(score) / 100
    shares = {label: _NAMED if letter in kinds else _UNNAMED for letter, label in KINDS.items()}
    targets = {**shares, "toxicity": toxicity, "severe_toxicity": severity(toxicity, shares)}
    return Example(text, targets, "graded", weight=1.2, spans=() if toxicity < CALM else None)


def second_opinion(example: Example, ratings: Mapping[str, float]) -> Example:
    """Return a post whose toxicity is the mean of its raters' share and of our own rating.

    Three raters, asked to mark words, are few: their shares are nearly all noise.
    """
    toxicity = (example.targets["toxicity"] + ratings[digest(example.text)]) / 2
    return replace(example, targets={**example.targets, "toxicity": toxicity})


def read_ratings(path: Path) -> dict[str, float]:
    """Return our own ratings of posts, 0 to 1, by the digest of the text."""
    return {key: int(value) / 100 for key, value in _rows(path)}


def digest(text: str) -> str:
    """Return what names a text without holding it."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _rows(path: Path) -> Iterator[list[str]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            yield line.split("\t")
