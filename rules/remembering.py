"""Remembering what was found out about a text while it is worked on, and forgetting all of that.

Several parts ask the same of one text. What is kept for them holds the text itself, and an
erased one would live on in it; so whoever ends a piece of work has it forgotten.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Generic, ParamSpec, TypeVar, cast

Given = ParamSpec("Given")
Found = TypeVar("Found")

_forget: list[Callable[[], None]] = []


class found_once(Generic[Found]):  # noqa: N801 - a decorator
    """A property that is found out when first asked for, and then is a plain attribute.

    `functools.cached_property` without the lock that it has in Python 3.11, which costs more than
    most of what is found out about a short text.
    """

    def __init__(self, find: Callable[[Any], Found]) -> None:
        self._find = find
        self._name = find.__name__
        self.__doc__ = find.__doc__

    def __get__(self, thing: object, _: type) -> Found:
        found = self._find(thing)
        thing.__dict__[self._name] = found  # is looked at before this descriptor next time
        return found


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
