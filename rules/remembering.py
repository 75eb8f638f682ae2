"""Remembering what was found out about a text while it is worked on, and forgetting all of that.

Several parts ask the same of one text. What is kept for them holds the text itself, and an
erased one would live on in it; so whoever ends a piece of work has it forgotten.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import ParamSpec, TypeVar, cast

Given = ParamSpec("Given")
Found = TypeVar("Found")

_forget: list[Callable[[], None]] = []


def remembered(most: int) -> Callable[[Callable[Given, Found]], Callable[Given, Found]]:
    """Return a decorator that keeps what a function returned for the last `most` arguments."""

    def remembering(function: Callable[Given, Found]) -> Callable[Given, Found]:
        kept = lru_cache(maxsize=most)(function)
        _forget.append(kept.cache_clear)
        return cast("Callable[Given, Found]", kept)

    return remembering


def forget_texts() -> None:
    """Forget everything that is remembered about texts in this process."""
    for forget in _forget:
        forget()
