"""Tables for `str.translate` that learn what becomes of a character when they first meet it.

Comments that walk through Unicode would fill them for good, so one that knows MOST forgets all of
that; what people write is learned anew with their next comment.
"""

import unicodedata
from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

MOST = 8_192  # characters, about a megabyte; who writes Chinese uses 4,000

Read = TypeVar("Read", bound=str | None)


class LearnedTable(dict[int, Read], Generic[Read]):
    """What `read` makes of a character, save for the code points that `always` are something."""

    def __init__(
        self, read: Callable[[str], Read], always: Mapping[int, Read] | None = None
    ) -> None:
        super().__init__()
        self._read = read
        self._always = always or {}

    def __missing__(self, code: int) -> Read:
        if len(self) >= MOST:
            self.clear()
        always = code in self._always
        self[code] = read = self._always[code] if always else self._read(chr(code))
        return read


def letter_or_blank(char: str) -> str:
    """Return a letter as it is, a blank for everything else."""
    return char if is_letter(char) else " "


def is_letter(char: str) -> bool:
    """Whether it belongs to words: a letter, or a vowel sign of India's scripts beside one."""
    return char.isalpha() or unicodedata.category(char) == "Mc"
