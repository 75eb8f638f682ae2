"""How good scores are against labels: precision, recall, calibration, cost of thresholds."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

BINS = 10


@dataclass(frozen=True)
class Bin:
    """Texts whose scores lie near each other: the mean score, and the share that is labelled."""

    count: int
    score: float
    share: float


@dataclass(frozen=True)
class Threshold:
    """What holding every text with a score of `at` or more comes to."""

    at: float
    held: int
    rightly: int
    positives: int
    texts: int

    @property
    def precision(self) -> float | None:
        """Share of the held that are labelled; None when nothing is held."""
        return self.rightly / self.held if self.held else None

    @property
    def recall(self) -> float | None:
        """Share of the labelled that are held; None when nothing is labelled."""
        return self.rightly / self.positives if self.positives else None

    @property
    def wrongly(self) -> int:
        """How many are held that are not labelled."""
        return self.held - self.rightly

    @property
    def missed(self) -> int:
        """How many are labelled and not held."""
        return self.positives - self.rightly

    @property
    def accuracy(self) -> float:
        """Share of all texts that are rightly held or rightly let through."""
        return (self.texts - self.wrongly - self.missed) / self.texts

    def cost(self, of_missed: float, of_wrongly: float) -> float:
        """Return what the mistakes cost together."""
        return self.missed * of_missed + self.wrongly * of_wrongly


def threshold(scores: Sequence[float], labels: Sequence[bool], at: float) -> Threshold:
    """Return what a threshold comes to on labelled scores."""
    held = [label for score, label in zip(scores, labels, strict=True) if score >= at]
    return Threshold(at, len(held), sum(held), sum(labels), len(labels))


def calibration(scores: Sequence[float], labels: Sequence[bool]) -> list[Bin]:
    """Return ten bins of equal width over the scores, without the empty ones."""
    inside: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for score, label in zip(scores, labels, strict=True):
        inside[min(int(score * BINS), BINS - 1)].append((score, label))
    return [
        Bin(
            len(pairs), sum(s for s, _ in pairs) / len(pairs), sum(t for _, t in pairs) / len(pairs)
        )
        for pairs in inside
        if pairs
    ]


def calibration_error(scores: Sequence[float], labels: Sequence[bool]) -> float:
    """Return the expected calibration error: the bins' gaps, weighed by their size (Guo 2017)."""
    bins = calibration(scores, labels)
    return sum(one.count * abs(one.score - one.share) for one in bins) / max(1, len(scores))


def area_under_curve(scores: Sequence[float], labels: Sequence[bool]) -> float | None:
    """Return how often a labelled text scores above another one, ties counted half.

    None where one of the two kinds is missing.
    """
    ordinary = sorted(s for s, label in zip(scores, labels, strict=True) if not label)
    labelled = [s for s, label in zip(scores, labels, strict=True) if label]
    if not ordinary or not labelled:
        return None
    above = sum(bisect_left(ordinary, s) + bisect_right(ordinary, s) for s in labelled)
    return above / 2 / len(ordinary) / len(labelled)
