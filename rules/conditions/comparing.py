"""Comparisons and sums."""

import operator
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from rules.conditions.node import Node, Range, Run, Wrong, lists_of, names_of
from rules.conditions.ranges import (
    ANYWHERE,
    allowed,
    foreseen,
    possible_texts,
    sometimes_unknown,
    span_of,
)
from rules.facts.registry import FACTS, Facts

_SIGNS: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "==": operator.eq, "!=": operator.ne,
}  # fmt: skip
_SUMS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul,
    "/": lambda one, other: None if other == 0 else one / other,
}  # fmt: skip
_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "=="}


@dataclass(frozen=True)
class Outlook:
    """What is known of a comparison before any comment: see Node's fields of these names."""

    always: bool | None = None
    ranges: dict[str, Range] = field(default_factory=dict)
    refuted: dict[str, Range] = field(default_factory=dict)
    texts: dict[str, frozenset[str]] = field(default_factory=dict)


def _strict(act: Callable[[Any, Any], Any], left: Node, right: Node) -> Run:
    """None as soon as one side is not known."""
    if left.fact is not None and right.constant is not None:
        return _of_fact(act, left.fact, right.constant)
    first, second = left.run, right.run

    def run(facts: Facts) -> object:
        one, other = first(facts), second(facts)
        return None if one is None or other is None else act(one, other)

    return run


def _of_fact(act: Callable[[Any, Any], Any], name: str, constant: object) -> Run:
    """Return what most conditions are, a fact beside a constant, in one step instead of three."""

    def run(facts: Facts) -> object:
        value = facts[name]
        return None if value is None else act(value, constant)

    return run


def _outlook(sign: str, left: Node, right: Node) -> Outlook:
    """Return what a comparison can come to, and what it takes to be true, and to be false."""
    if left.fact is None and right.fact is not None:
        left, right, sign = right, left, _FLIPPED.get(sign, sign)
    if left.constant is not None and right.constant is not None:
        return Outlook(bool(_SIGNS[sign](left.constant, right.constant)))
    if left.fact is not None and left.fact == right.fact:
        return Outlook(False if sign in {"<", ">", "!="} else None)
    if left.kind == "text" and left.fact and isinstance(right.constant, str):
        return _of_text(sign, left.fact, right.constant)
    return _of_numbers(sign, left, right) if left.kind == "number" else Outlook()


def _of_text(sign: str, fact: str, text: str) -> Outlook:
    if sign != "==":
        return Outlook()
    wanted = possible_texts(fact, [text])
    return Outlook(None if wanted else False, texts={fact: wanted})


def _of_numbers(sign: str, left: Node, right: Node) -> Outlook:
    """Return the range of a fact against a number; of sums only where they lie is known."""
    sometimes = sometimes_unknown((*left.names, *right.names))
    if left.fact is None or right.constant is None:
        wanted = allowed(sign, 0)
        apart = span_of(operator.sub, left, right)
        return Outlook(foreseen(apart, wanted, sometimes=sometimes) if wanted else None)
    whole, opposite = FACTS[left.fact].whole, _OPPOSITE[sign]
    wanted, unwanted = (allowed(one, right.constant, whole=whole) for one in (sign, opposite))
    always = foreseen(left.span, wanted, sometimes=sometimes) if wanted else None
    ranges = {left.fact: wanted} if wanted else {}
    return Outlook(always, ranges, {left.fact: unwanted} if unwanted else {})


def _unquoted(left: Node, right: Node) -> str | None:
    """Return what to do about a number in quotes."""
    given = next((node.constant for node in (left, right) if isinstance(node.constant, str)), "")
    number = given.replace(".", "", 1).isdigit() and "number" in {left.kind, right.kind}
    return f"write {given} without quotes" if number else None


def compare(sign: str, left: Node, right: Node) -> Node:
    """`left sign right`; Wrong when the two cannot be compared."""
    if left.kind != right.kind:
        raise Wrong(
            f"cannot compare a {left.kind} with a {right.kind}", hint=_unquoted(left, right)
        )
    if sign not in {"==", "!="} and left.kind not in {"number", "text"}:
        raise Wrong(f"`{sign}` does not apply to a {left.kind}")
    found = _outlook(sign, left, right)
    evidence = left.evidence if left.fact else right.evidence
    run = _strict(_SIGNS[sign], left, right)
    return Node(
        "truth", run, names_of((left, right)), evidence, found.always, found.ranges,
        texts=found.texts, refuted=found.refuted, lists=lists_of((left, right)),
    )  # fmt: skip


def contained(left: Node, right: Node) -> Node:
    """`left in right`: a text in a text or in texts, a number in numbers."""
    fits = {("text", "text"), ("text", "texts"), ("number", "numbers")}
    empty = right.constant == ()
    if (left.kind, right.kind) not in fits and not empty:
        raise Wrong(f"a {left.kind} cannot be `in` {right.kind}")
    if left.fact and isinstance(right.constant, str):
        hint = f'write a list: ["{right.constant}"]'
        raise Wrong(f"this asks whether `{left.fact}` is a part of a text", hint=hint)

    def act(one: Any, other: Any) -> bool:  # noqa: ANN401
        return one in other

    evidence = right.evidence if right.fact else left.evidence
    found = _of_list(left, right)
    run = _strict(act, left, right)
    return Node(
        "truth", run, names_of((left, right)), evidence, found.always, found.ranges,
        texts=found.texts,
    )  # fmt: skip


def _of_list(left: Node, right: Node) -> Outlook:
    """Return what it takes for a fact to be in a list, or for a text to be in a fact's."""
    if right.kind == "texts" and right.fact and isinstance(left.constant, str):
        return Outlook(_where_any(possible_texts(right.fact, [left.constant])))
    if left.fact is None or right.constant is None:
        return Outlook(always=False if right.constant == () else None)
    if right.kind == "texts":
        wanted = possible_texts(left.fact, right.constant)
        return Outlook(_where_any(wanted), texts={left.fact: wanted})
    low, high = left.span
    numbers = [number for number in right.constant if low <= number <= high]
    ends = (min(numbers), False, max(numbers), False) if numbers else None
    return Outlook(_where_any(numbers), ranges={left.fact: ends} if ends else {})


def _where_any(possible: Collection[object]) -> bool | None:
    """Return the only value of what is never true where nothing is possible, None if it has two."""
    return None if possible else False


def add_up(sign: str, left: Node, right: Node) -> Node:
    """Return a sum of two numbers; dividing by zero gives "not known"."""
    if left.kind != "number" or right.kind != "number":
        wrong = right if left.kind == "number" else left
        raise Wrong(f"`{sign}` needs numbers, this is a {wrong.kind}")
    if sign == "/" and right.constant == 0:
        raise Wrong("a number divided by 0 is never known")
    run = _strict(_SUMS[sign], left, right)
    constant = None
    if left.constant is not None and right.constant is not None:
        constant = _SUMS[sign](left.constant, right.constant)
    span = ANYWHERE if sign == "/" else span_of(_SUMS[sign], left, right)
    names = names_of((left, right))
    return Node("number", run, names, left.evidence, constant=constant, span=span)
