"""Evaluation: what a score is worth on labelled comments, as a table and a calibration plot."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from rules.comment import Comment
from rules.tools.measures import (
    Threshold,
    area_under_curve,
    calibration_error,
    threshold,
)
from service.faults import Fault
from workers.scorers.protocol import Scorer
from workers.spam.scoring import SpamModel

BATCH = 64
THRESHOLDS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9, 0.95, 0.97, 0.99)


@dataclass(frozen=True)
class Costs:
    """What one mistake of each kind costs; only their ratio matters."""

    missed: float
    wrongly: float


def spam_scores(model: SpamModel, comments: Iterable[Comment]) -> Iterator[float]:
    """Yield how likely each comment is spam."""
    for comment in comments:
        yield model.suspect(comment).score


def engine_scores(scorer: Scorer, name: str, comments: Iterable[Comment]) -> Iterator[float]:
    """Yield a score of the engine for each comment; raise Fault for a name that it lacks."""
    iterator = iter(comments)
    while batch := list(islice(iterator, BATCH)):
        for scores in scorer.score([comment.body for comment in batch]):
            if name not in scores:
                raise Fault(f"the scorer has no {name}; it has {', '.join(sorted(scores))}")
            yield scores[name]


def report(name: str, scores: Sequence[float], labels: Sequence[bool], costs: Costs) -> str:
    """Return what the scores are worth, as lines for a terminal."""
    area, positives = area_under_curve(scores, labels), sum(labels)
    rows = [threshold(scores, labels, at) for at in THRESHOLDS]
    best = min(rows, key=lambda row: row.cost(costs.missed, costs.wrongly))
    known = f"{area:.4f}" if area is not None else "unknown (all labels are the same)"
    return "\n".join(
        [
            f"{len(labels)} comments, {positives} of them labelled; score: {name}",
            (
                f"area under the ROC curve {known}, expected calibration error"
                f" {calibration_error(scores, labels):.4f}"
            ),
            "",
            "  threshold   held   precision   recall   wrongly held   missed   accuracy       cost",
            *(_row(row, costs) for row in rows),
            "",
            (
                f"A missed one costs {costs.missed:g}, a wrongly held one {costs.wrongly:g}:"
                f" `{name} >= {best.at:g}` is cheapest."
            ),
        ]
    )


def _row(row: Threshold, costs: Costs) -> str:
    return (
        f"  {row.at:9.2f}   {row.held:4d}   {_share(row.precision):>9}   {_share(row.recall):>6}"
        f"   {row.wrongly:12d}   {row.missed:6d}   {row.accuracy:8.1%}"
        f"   {row.cost(costs.missed, costs.wrongly):8g}"
    )


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"
