"""Calibration: from a threshold on another service's scores to one on ours.

By quantiles: the new threshold is where the same share of the texts lies above it as lay above
the old one, so that a site's moderators get as much to do as before. Isotonic regression answers
another question, which score to expect given the old one; its expectations are drawn towards the
middle, so a threshold sent through it holds another share (Kolen and Brennan, Test Equating,
Scaling, and Linking, 2014: equipercentile linking against regression).
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from service.console.rows import number, read_rows
from service.faults import Fault
from workers.scorers.protocol import Scorer

BATCH = 256
FEW = 200  # texts; with fewer, a share of 2 % is a handful of comments
SCORE_OF = {
    "TOXICITY": "toxicity",
    "SEVERE_TOXICITY": "severe_toxicity",
    "IDENTITY_ATTACK": "identity_attack",
    "INSULT": "insult",
    "PROFANITY": "obscene",
    "THREAT": "threat",
    "SEXUALLY_EXPLICIT": "sexual_explicit",
}


@dataclass(frozen=True)
class Mapped:
    """A threshold, old and new; `held` are shares of the texts, `agreed` of those held before."""

    old: float
    new: float
    held_before: float
    held_after: float
    agreed: float


@dataclass(frozen=True)
class Calibration:
    """All that was mapped."""

    attribute: str
    score: str
    engine: str
    texts: int
    mapped: list[Mapped]


def read_scored(path: Path, attribute: str) -> tuple[list[str], list[float]]:
    """Return (texts, their old scores); raise Fault that names the first line that is neither."""
    pairs = [_pair(row, f"{path}:{line}", attribute) for line, row in read_rows(path)]
    if not pairs:
        raise Fault(f"{path} has no texts")
    return [text for text, _ in pairs], [score for _, score in pairs]


def calibrate(
    scorer: Scorer,
    texts: Sequence[str],
    old: Sequence[float],
    thresholds: Sequence[float],
    attribute: str,
    score: str | None = None,
) -> Calibration:
    """Score the texts anew and map the thresholds; raise Fault for a score that is none."""
    name = score or SCORE_OF.get(attribute, attribute.lower())
    new: list[float] = []
    for first in range(0, len(texts), BATCH):
        for scores in scorer.score(texts[first : first + BATCH]):
            if name not in scores:
                raise Fault(f"the scorer has no {name}; it has {', '.join(sorted(scores))}")
            new.append(scores[name])
    mapped = [_map(old, new, threshold) for threshold in thresholds]
    return Calibration(attribute, name, scorer.engine.name, len(texts), mapped)


def threshold_for(scores: Sequence[float], share: float) -> float:
    """Return the threshold that holds the share of scores (those not below it) nearest to `share`.

    It lies between two scores, so that rounding moves nobody across it. Of two thresholds that
    are as near, the one that holds more is given.
    """
    ordered = sorted(scores)
    levels = sorted(set(scores))
    between = [(low + high) / 2 for low, high in pairwise(levels)]

    def distance(cut: float) -> tuple[float, float]:
        held = len(ordered) - bisect_left(ordered, cut)
        return abs(held / len(ordered) - share), cut

    return min([0.0, *between, 1.0], key=distance)


def report(found: Calibration) -> str:
    """Return the calibration as a table and what to make of it."""
    lines = [
        f"{found.texts} texts: {found.attribute} as it was, {found.score} of {found.engine} now.",
        "",
        "  old threshold   held before   new threshold   held after   the same comments",
    ]
    lines += [
        f"  {one.old:13.3f}   {one.held_before:11.1%}   {one.new:13.3f}   {one.held_after:10.1%}"
        f"   {one.agreed:17.0%}"
        for one in found.mapped
    ]
    lines += ["", f"In the policy: `when: {found.score} >= NEW`. The share held stays; which"]
    lines += ["comments are held does not quite: see the last column."]
    if (found.attribute, found.score) == ("PROFANITY", SCORE_OF["PROFANITY"]):
        lines += ["The answer to Perspective's clients is `max(obscene, profanity)`, with the word"]
        lines += ["lists' score: a policy has that expression, but NEW is for `obscene` alone."]
    if found.texts < FEW:
        lines += [f"These are few texts; {FEW} or more make the figures trustworthy."]
    return "\n".join(lines)


def _map(old: Sequence[float], new: Sequence[float], threshold: float) -> Mapped:
    count = len(old)
    before = [one >= threshold for one in old]
    cut = threshold_for(new, sum(before) / count)
    after = [one >= cut for one in new]
    both = sum(x and y for x, y in zip(before, after, strict=True))
    held = sum(before)
    return Mapped(threshold, cut, held / count, sum(after) / count, both / held if held else 1.0)


def _pair(row: Any, where: str, attribute: str) -> tuple[str, float]:  # noqa: ANN401 - see read_rows
    """Return a text and its old score: `score`, or the attribute's in `scores` or its column."""
    try:
        score = row["score"] if "score" in row else row.get("scores", row)[attribute]
        text, value = row["text"], number(score)
    except (ValueError, KeyError, TypeError, AttributeError):
        text, value = None, -1.0
    if not isinstance(text, str) or not 0 <= value <= 1:
        wanted = f'{{"text": "…", "scores": {{"{attribute}": 0.5}}}}, a score from 0 to 1'
        raise Fault(f"{where}: needs {wanted}")
    return text, value
