"""Suggested: what thresholds would have held of the texts that people gave another score."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from store.suggestions import Suggestion

THRESHOLDS = range(10, 100, 10)  # in hundredths
Counts = Mapping[Suggestion, int]


@dataclass(frozen=True)
class Sides:
    """How many texts scored each hundredth: of those that should score high, and of the others."""

    high: dict[int, int]
    low: dict[int, int]


def lines_of(counts: Counts) -> Iterator[str]:
    """Give each count as a line of JSON."""
    for one, times in sorted(counts.items()):
        yield json.dumps({**one._asdict(), "times": times})


def report(counts: Counts) -> str:
    """Return a table for each attribute and engine: what each threshold holds of either side."""
    tables = [_table(*key, sides) for key, sides in sorted(_by_engine(counts).items())]
    return "\n\n".join(tables) or "Nobody has suggested a score yet."


def _by_engine(counts: Counts) -> dict[tuple[str, str], Sides]:
    found: dict[tuple[str, str], Sides] = defaultdict(lambda: Sides({}, {}))
    for one, times in counts.items():
        sides = found[one.attribute, one.engine]
        (sides.high if one.high else sides.low)[one.hundredths] = times
    return found


def _table(attribute: str, engine: str, sides: Sides) -> str:
    high, low = sum(sides.high.values()), sum(sides.low.values())
    lines = [
        f"{attribute}, as {engine} scores it: {high} texts should score high, {low} low.",
        "",
        "  threshold   held of the high   held of the low",
    ]
    lines += [
        f"  {at / 100:9.2f}   {_held(sides.high, at):>16}   {_held(sides.low, at):>15}"
        for at in THRESHOLDS
    ]
    return "\n".join(lines)


def _held(scored: dict[int, int], threshold: int) -> str:
    total = sum(scored.values())
    held = sum(times for hundredths, times in scored.items() if hundredths >= threshold)
    return f"{held / total:.0%}" if total else "-"
