"""A compiled piece of a condition.

Evaluation is three-valued (Kleene 1952): True, False, or None where a fact that it needs is not
known. None at the top means "does not match".
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from rules.facts.registry import Facts
from rules.verdict import Match

Kind = Literal["number", "text", "truth", "texts", "numbers"]
Run = Callable[[Facts], Any]
Evidence = Callable[[Facts], list[Match]]
Range = tuple[float, bool, float, bool]
"""Lowest value, whether it is left out, highest value, whether that is left out."""
Span = tuple[float, float]
"""Lowest and highest value that a number can have."""


def no_evidence(_facts: Facts) -> list[Match]:
    """For what points at no place in the text."""
    return []


@dataclass(frozen=True)
class Node:
    """A typed piece: how to evaluate it, which facts it names, where in the text it points.

    `always` is its value if it can be no other; `ranges` the numbers that facts must lie in, and
    `texts` the texts that facts must be among, for it to be true; `refuted` the numbers for it to
    be false; `span` where its value lies if it is a number; `constant` its value if it is written
    out; `parts`, of what is joined by `and`, are what must all be true for it to be true; `lists`
    are the policy's own lists that it looks words up in.
    """

    kind: Kind
    run: Run
    names: tuple[str, ...] = ()
    evidence: Evidence = no_evidence
    always: bool | None = None
    ranges: dict[str, Range] = field(default_factory=dict)
    constant: Any = None
    fact: str | None = None
    texts: dict[str, frozenset[str]] = field(default_factory=dict)
    refuted: dict[str, Range] = field(default_factory=dict)
    span: Span = (float("-inf"), float("inf"))
    parts: tuple[Run, ...] = ()
    lists: frozenset[str] = frozenset()


class Wrong(Exception):
    """An expression that cannot be compiled: where, from 1, what, and a hint.

    While it is compiled the column may be one of bytes, as Python's parser counts.
    """

    def __init__(
        self, message: str, line: int = 1, column: int = 0, hint: str | None = None
    ) -> None:
        super().__init__(message)
        self.message, self.line, self.column, self.hint = message, line, column, hint
        self.in_bytes = False


def names_of(nodes: Iterable[Node]) -> tuple[str, ...]:
    """Return the facts that the nodes name, each once, in order."""
    return tuple(dict.fromkeys(name for node in nodes for name in node.names))


def lists_of(nodes: Iterable[Node]) -> frozenset[str]:
    """Return the lists that the nodes look words up in."""
    return frozenset().union(*(node.lists for node in nodes))
