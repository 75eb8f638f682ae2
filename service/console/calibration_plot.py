"""A calibration plot as shapes: how often texts of a score are what the score says.

Drawn by `plot_svg` and `plot_png`; lengths are pixels from the upper left corner.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from rules.tools.measures import Bin, calibration

_SIDE, _EDGE = 320, 48  # of the square, and the room around it
SIZE = _SIDE + 2 * _EDGE
TEXT_SIZE = 12
INK, PALE, GRID = "#0b5fa5", "#999999", "#dddddd"
_SMALLEST, _LARGEST = 3.0, 12.0  # radius of a dot


@dataclass(frozen=True)
class Line:
    """A line through points, in a colour."""

    points: Sequence[tuple[float, float]]
    colour: str
    width: int = 1
    dashed: bool = False


@dataclass(frozen=True)
class Dot:
    """A circle; `told` is what it stands for, where a plot can tell."""

    x: float
    y: float
    radius: float
    told: str


@dataclass(frozen=True)
class Text:
    """A text whose baseline is at y; `anchor` says which end of it is at x."""

    x: float
    y: float
    text: str
    anchor: Literal["middle", "end"] = "middle"
    upwards: bool = False


Shape = Line | Dot | Text


def calibration_plot(name: str, scores: Sequence[float], labels: Sequence[bool]) -> list[Shape]:
    """Return the plot: a dot for each bin, its area by its texts; a good score lies on the line."""
    bins = calibration(scores, labels)
    most = max(one.count for one in bins)
    return [
        *_grid(),
        Line([(_x(0), _y(0)), (_x(1), _y(1))], PALE, dashed=True),
        Line([(_x(one.score), _y(one.share)) for one in bins], INK, width=2),
        *(_dot(one, most) for one in bins),
        Text(SIZE / 2, SIZE - 10, f"{name} score"),
        Text(14, SIZE / 2, "share labelled", upwards=True),
    ]


def _grid() -> Iterator[Shape]:
    for tenth in range(0, 11, 2):
        at = tenth / 10
        yield Line([(_x(0), _y(at)), (_x(1), _y(at))], GRID)
        yield Line([(_x(at), _y(0)), (_x(at), _y(1))], GRID)
        yield Text(_x(at), _y(0) + 16, f"{at:g}")
        yield Text(_x(0) - 6, _y(at) + 4, f"{at:g}", anchor="end")


def _dot(one: Bin, most: int) -> Dot:
    radius = max(_SMALLEST, _LARGEST * (one.count / most) ** 0.5)
    told = f"{one.count} texts: mean score {one.score:.2f}, {one.share:.0%} labelled"
    return Dot(_x(one.score), _y(one.share), radius, told)


def _x(share: float) -> float:
    return _EDGE + share * _SIDE


def _y(share: float) -> float:
    return _EDGE + (1 - share) * _SIDE
