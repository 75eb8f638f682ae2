"""A fact: something that a condition can ask about a comment."""

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Literal

from rules.facts.subject import Subject

HOST = r"(?!www\.)[^A-Z/:\s]+"
"""The form of a domain as facts have it."""
Kind = Literal["number", "text", "truth", "texts"]
Known = float | int | str | bool | tuple[str, ...] | None
"""What a fact can be; None is "not known"."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A named fact with its kind, what it means, and how it is read from a comment.

    `low` and `high` bound a number (both ends can be reached), `whole` ones have no fraction;
    `sometimes` facts may be unknown; `form` is a regular expression that all its texts match;
    `given` is where the history has it, of a fact that the caller counted.
    """

    name: str
    kind: Kind
    meaning: str
    read: Callable[[Subject], Known]
    low: float | None = None
    high: float | None = None
    sometimes: bool = False
    whole: bool = False
    form: str | None = None
    given: str | None = None


def counted(name: str, attribute: str, meaning: str, *, high: float | None = None) -> Fact:
    """Return a number that the caller counted, where it did: a share if it has a highest value."""
    read = attrgetter(f"history.{attribute}")
    return Fact(
        name, "number", meaning, read, low=0, high=high, sometimes=True, whole=high is None,
        given=attribute,
    )  # fmt: skip


def count(name: str, meaning: str, read: Callable[[Subject], Known]) -> Fact:
    """Return a whole number from 0 up that is always known."""
    return Fact(name, "number", meaning, read, low=0, whole=True)


def share(name: str, meaning: str, read: Callable[[Subject], Known]) -> Fact:
    """Return a number 0..1 that is always known."""
    return Fact(name, "number", meaning, read, low=0, high=1)
