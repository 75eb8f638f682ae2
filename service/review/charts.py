"""Charts: stacked bars a day, as numbers for a template to draw in SVG.

Drawn on the server, so that they need no script, print, and are read from the table beneath.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

WIDTH, HEIGHT = 720, 180  # of the drawing, in its own units
LEFT, BOTTOM, TOP = 44, 22, 8
GAP = 0.22  # of a day's width
TREND_HEIGHT = 30
_STEPS = (1, 2, 5)
_DAY = 86_400  # seconds
_TIMES = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200)


@dataclass(frozen=True)
class Bar:
    """A part of a day's bar: `x`, `y`, `width`, `height` in the drawing's units."""

    day: date
    name: str
    count: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Line:
    """A line of the grid, with its number."""

    y: float
    number: int


@dataclass(frozen=True)
class Chart:
    """Bars, the grid behind them, and (x, day) for the axis."""

    bars: Sequence[Bar]
    grid: Sequence[Line]
    days: Sequence[tuple[float, date]]
    total: int


def round_number(most: int) -> int:
    """Return a round number so that about four lines reach `most`."""
    power = 1
    while True:
        for step in _STEPS:
            if step * power * 4 >= most:
                return step * power
        power *= 10


def round_time(most: int) -> int:
    """Return a round time in seconds so that about four lines reach `most`."""
    fitting = (step for step in _TIMES if step * 4 >= most)
    return next(fitting, _DAY * round_number(-(-most // _DAY)))


def stacked(
    counts: Mapping[date, Mapping[str, int]],
    names: Sequence[str],
    first: date,
    days: int,
    step_for: Callable[[int], int] = round_number,
) -> Chart:
    """Return the chart of `days` days from `first` on, each stacked in the order of `names`."""
    every = [first + timedelta(days=number) for number in range(days)]
    totals = [sum(counts.get(day, {}).get(name, 0) for name in names) for day in every]
    step = step_for(max(totals, default=0))
    top = max(step, -(-max(totals, default=0) // step) * step)
    unit, slot = (HEIGHT - BOTTOM - TOP) / top, (WIDTH - LEFT) / days
    bars: list[Bar] = []
    for number, day in enumerate(every):
        y = float(HEIGHT - BOTTOM)
        for name in names:
            count = counts.get(day, {}).get(name, 0)
            if count:
                height = count * unit
                y -= height
                x = LEFT + (number + GAP / 2) * slot
                bars.append(Bar(day, name, count, x, y, slot * (1 - GAP), height))
    grid = [Line(HEIGHT - BOTTOM - mark * unit, mark) for mark in range(0, top + 1, step)]
    every_nth = max(1, -(-days // 8))
    marks = [(LEFT + (n + 0.5) * slot, day) for n, day in enumerate(every) if n % every_nth == 0]
    return Chart(bars, grid, marks, sum(totals))


@dataclass(frozen=True)
class Trend:
    """One name's days, drawn small: bars in a drawing of 10 units a day by TREND_HEIGHT."""

    name: str
    total: int
    highest: int
    highest_on: date
    bars: Sequence[Bar]


def trends(
    counts: Mapping[date, Mapping[str, int]], first: date, days: int, *, most: int
) -> list[Trend]:
    """Return the trends of the `most` names that occur most, each scaled to its highest day."""
    totals: Counter[str] = Counter()
    for of_day in counts.values():
        totals.update(of_day)
    every = [first + timedelta(days=number) for number in range(days)]
    return [_trend(name, total, counts, every) for name, total in totals.most_common(most)]


def _trend(
    name: str, total: int, counts: Mapping[date, Mapping[str, int]], every: Sequence[date]
) -> Trend:
    by_day = [counts.get(day, {}).get(name, 0) for day in every]
    highest = max(by_day)
    bars = []
    for number, (day, count) in enumerate(zip(every, by_day, strict=True)):
        if count:
            height = max(1.0, count / max(1, highest) * TREND_HEIGHT)
            bars.append(Bar(day, name, count, number * 10 + 1, TREND_HEIGHT - height, 8, height))
    return Trend(name, total, highest, every[by_day.index(highest)], bars)
