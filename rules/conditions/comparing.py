"""Comparisons and sums."""

import operator
from collections.abc import Callable
from typing import Any

from rules.conditions.node import Node, Run, Wrong, names_of
from rules.conditions.ranges import allowed, foreseen
from rules.facts.registry import FACTS, Facts

_SIGNS: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "==": operator.eq, "!=": operator.ne,
}  # fmt: skip
_SUMS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul,
    "/": lambda one, other: None if other == 0 else one / other,
}  # fmt: skip
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "=="}


def _strict(act: Callable[[Any, Any], Any], left: Run, right: Run) -> Run:
    """None as soon as one side is not known."""

    def run(facts: Facts) -> Any:  # noqa: ANN401
        one, other = left(facts), right(facts)
        return None if one is None or other is None else act(one, other)

    return run


def _outlook(sign: str, left: Node, right: Node) -> tuple[bool | None, dict[str, Any]]:
    """Return what a comparison of a numeric fact with a number can come to."""
    if left.fact is None and right.fact is not None:
        left, right, sign = right, left, _FLIPPED.get(sign, sign)
    if left.constant is not None and right.constant is not None:
        return bool(_SIGNS[sign](left.constant, right.constant)), {}
    if left.fact is None or left.kind != "number" or right.constant is None:
        return None, {}
    wanted = allowed(sign, right.constant)
    if wanted is None:
        return None, {}
    fact = FACTS[left.fact]
    low = float("-inf") if fact.low is None else fact.low
    high = float("inf") if fact.high is None else fact.high
    always = foreseen((low, False, high, False), wanted, sometimes=fact.sometimes)
    return always, {left.fact: wanted}


def compare(sign: str, left: Node, right: Node) -> Node:
    """`left sign right`; Wrong when the two cannot be compared."""
    if left.kind != right.kind:
        raise Wrong(f"cannot compare a {left.kind} with a {right.kind}")
    if sign not in {"==", "!="} and left.kind not in {"number", "text"}:
        raise Wrong(f"`{sign}` does not apply to a {left.kind}")
    always, ranges = _outlook(sign, left, right)
    evidence = left.evidence if left.fact else right.evidence
    run = _strict(_SIGNS[sign], left.run, right.run)
    return Node("truth", run, names_of((left, right)), evidence, always, ranges)


def contained(left: Node, right: Node) -> Node:
    """`left in right`: a text in a text or in texts, a number in numbers."""
    fits = {("text", "text"), ("text", "texts"), ("number", "numbers")}
    empty = right.constant == ()
    if (left.kind, right.kind) not in fits and not empty:
        raise Wrong(f"a {left.kind} cannot be `in` {right.kind}")

    def act(one: Any, other: Any) -> bool:  # noqa: ANN401
        return one in other

    evidence = right.evidence if right.fact else left.evidence
    always = False if empty else None
    run = _strict(act, left.run, right.run)
    return Node("truth", run, names_of((left, right)), evidence, always)


def add_up(sign: str, left: Node, right: Node) -> Node:
    """Return a sum of two numbers; dividing by zero gives "not known"."""
    if left.kind != "number" or right.kind != "number":
        wrong = right if left.kind == "number" else left
        raise Wrong(f"`{sign}` needs numbers, this is a {wrong.kind}")
    run = _strict(_SUMS[sign], left.run, right.run)
    constant = None
    if left.constant is not None and right.constant is not None:
        constant = _SUMS[sign](left.constant, right.constant)
    return Node("number", run, names_of((left, right)), left.evidence, constant=constant)
