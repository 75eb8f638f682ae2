"""Whether a comparison, or several joined, can ever be true, or can be anything else."""

import math
import re
from collections.abc import Callable, Iterable, Mapping

from rules.conditions.node import Node, Range, Span
from rules.facts.registry import FACTS

_WIDEST: Range = (float("-inf"), False, float("inf"), False)
_NOWHERE: Range = (1, False, 0, False)
ANYWHERE: Span = (float("-inf"), float("inf"))


def allowed(sign: str, bound: float, *, whole: bool = False) -> Range | None:
    """Return for which numbers `number sign bound` is true; None if for no one range.

    `whole` numbers above 2 are those from 3.
    """
    low, high = float("-inf"), float("inf")
    if whole and math.isfinite(bound):
        above, below = math.floor(bound), math.ceil(bound)
        table: dict[str, Range] = {
            ">": (above + 1, False, high, False),
            ">=": (below, False, high, False),
            "<": (low, False, below - 1, False),
            "<=": (low, False, above, False),
            "==": (bound, False, bound, False) if above == below else _NOWHERE,
        }
        return table.get(sign)
    table = {
        ">": (bound, True, high, False),
        ">=": (bound, False, high, False),
        "<": (low, False, bound, True),
        "<=": (low, False, bound, False),
        "==": (bound, False, bound, False),
    }
    return table.get(sign)


def meet(one: Range, other: Range) -> Range:
    """Return the numbers in both ranges."""
    low, low_open = max((one[0], one[1]), (other[0], other[1]))
    high, closed = min((one[2], not one[3]), (other[2], not other[3]))
    return low, low_open, high, not closed


def _hull(one: Range, other: Range) -> Range:
    """Return the smallest range that holds both."""
    low, low_open = min((one[0], one[1]), (other[0], other[1]))
    high, closed = max((one[2], not one[3]), (other[2], not other[3]))
    return low, low_open, high, not closed


def is_empty(numbers: Range) -> bool:
    """Whether a range holds no number."""
    low, low_open, high, high_open = numbers
    return low > high or (low == high and (low_open or high_open))


def _within(numbers: Range, wanted: Range) -> bool:
    return meet(numbers, wanted) == numbers


def foreseen(possible: Span, wanted: Range, *, sometimes: bool) -> bool | None:
    """Return the outcome of a comparison where it can be only one, else None."""
    numbers = (possible[0], False, possible[1], False)
    if is_empty(meet(numbers, wanted)):
        return False
    return True if _within(numbers, wanted) and not sometimes else None


def joined(ranges: Iterable[Mapping[str, Range]]) -> dict[str, Range]:
    """Return what facts must lie in for all conditions to hold."""
    met: dict[str, Range] = {}
    for one in ranges:
        for name, wanted in one.items():
            met[name] = meet(met.get(name, _WIDEST), wanted)
    return met


def either_range(nodes: list[Node]) -> dict[str, Range]:
    """Return what facts must lie in for one of the nodes to be true."""
    first, *others = (node.ranges for node in nodes)
    hulls: dict[str, Range] = {}
    for name in first:
        if all(name in ranges for ranges in others):
            hull = first[name]
            for ranges in others:
                hull = _hull(hull, ranges[name])
            hulls[name] = hull
    return hulls


def common_texts(nodes: list[Node]) -> dict[str, frozenset[str]]:
    """Return what text facts must be one of for all nodes to be true."""
    met: dict[str, frozenset[str]] = {}
    for node in nodes:
        for name, wanted in node.texts.items():
            met[name] = met.get(name, wanted) & wanted
    return met


def either_texts(nodes: list[Node]) -> dict[str, frozenset[str]]:
    """Return what text facts must be one of for one of the nodes to be true."""
    shared = set.intersection(*(set(node.texts) for node in nodes))
    return {name: frozenset().union(*(node.texts[name] for node in nodes)) for name in shared}


def sometimes_unknown(names: Iterable[str]) -> bool:
    """Whether one of the facts may be not known."""
    return any(FACTS[name].sometimes for name in names)


def possible_texts(fact: str | None, texts: Iterable[str]) -> frozenset[str]:
    """Return those of the texts that the fact can be: no language is called `english`."""
    form = FACTS[fact].form if fact else None
    return frozenset(text for text in texts if form is None or re.fullmatch(form, text))


def span_of(act: Callable[[float, float], float], left: Node, right: Node) -> Span:
    """Return where the results of a function lie that is monotonous in each of two numbers."""
    ends = [act(one, other) for one in left.span for other in right.span]
    return ANYWHERE if any(map(math.isnan, ends)) else (min(ends), max(ends))
