"""Whether a comparison, or several joined by `and`, can ever be true, or can be anything else."""

from rules.conditions.node import Node, Range

_WIDEST: Range = (float("-inf"), False, float("inf"), False)


def allowed(sign: str, bound: float) -> Range | None:
    """Return for which numbers `number sign bound` is true; None if for no one range."""
    low, high = float("-inf"), float("inf")
    table: dict[str, Range] = {
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


def is_empty(numbers: Range) -> bool:
    """Whether a range holds no number."""
    low, low_open, high, high_open = numbers
    return low > high or (low == high and (low_open or high_open))


def _within(numbers: Range, wanted: Range) -> bool:
    return meet(numbers, wanted) == numbers


def foreseen(possible: Range, wanted: Range, *, sometimes: bool) -> bool | None:
    """Return the outcome of a comparison where it can be only one, else None."""
    if is_empty(meet(possible, wanted)):
        return False
    return True if _within(possible, wanted) and not sometimes else None


def joined_ranges(nodes: list[Node]) -> dict[str, Range]:
    """Return what facts must lie in for all nodes to be true."""
    ranges: dict[str, Range] = {}
    for node in nodes:
        for name, wanted in node.ranges.items():
            ranges[name] = meet(ranges.get(name, _WIDEST), wanted)
    return ranges
