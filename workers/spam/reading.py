"""Reading: a text as the spam model sees it, with the way back to the text as written.

Tags are blanked, letters folded, addresses taken out (they speak for themselves), runs of one
letter shortened (`plzzzzz` is `plzz`). Bounded: of a very long text, the beginning counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rules.facts.hyperlinks import Link, links_of
from rules.matching.fold import GONE, expanded_ends, fold
from rules.matching.markup import shown

LOOKED_AT = 4_000  # characters; spam that begins later is a novel
_LONGEST_RUN = 2
_QUOTES = "'\u2019`\u00b4"
_MINUTE = frozenset("0123456789:")


class _Words(dict[int, str]):
    """`str.translate` table: letters and digits stay, quotes go, the rest parts words."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        self[code] = kept = char if char.isalnum() else "" if char in _QUOTES else " "
        return kept


_WORDS = _Words()


@dataclass(frozen=True)
class Reading:
    """A text read. `prose` is folded, without links; `places[i]` is where `prose[i]` comes from."""

    body: str
    links: Sequence[Link]
    prose: str
    places: NDArray[np.int64]

    @cached_property
    def words(self) -> list[str]:
        """The words of the prose."""
        return self.prose.translate(_WORDS).split()

    @cached_property
    def line(self) -> str:
        """The words with one space around each: what phrases are looked for in."""
        return f" {' '.join(self.words)} "

    def place_of(self, start: int, end: int) -> tuple[int, int]:
        """Return where `line[start:end]`, of whole words, stands in the body."""
        letters = [i for i, char in enumerate(self.prose) if char.isalnum()]
        before = sum(char != " " for char in self.line[:start])
        inside = sum(char != " " for char in self.line[start:end])
        first, last = letters[before], letters[before + inside - 1]
        return int(self.places[first]), int(self.places[last]) + 1


def read(body: str) -> Reading:
    """Return the reading of a comment's text."""
    body = body[:LOOKED_AT]
    found = links_of(body)
    text = _without(shown(body), found) if found else shown(body)
    folded = fold(text)
    codes = np.frombuffer(folded.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    kept = np.flatnonzero(_mask(codes))
    prose = codes[kept].tobytes().decode("utf-32-le", "surrogatepass")
    if len(folded) == len(text):
        return Reading(body, found, prose, kept)
    ends = np.asarray(expanded_ends(text))
    return Reading(body, found, prose, np.searchsorted(ends, kept, side="right"))


def is_moment(link: Link) -> bool:
    """Whether a link is a minute of the video that people talk about (`<a href=…>3:40</a>`)."""
    label = (link.label or "").strip()
    return bool(label) and ":" in label and _MINUTE.issuperset(label)


def _mask(codes: NDArray[np.uint32]) -> NDArray[np.bool_]:
    seen: NDArray[np.bool_] = codes != ord(GONE)
    if len(codes) > _LONGEST_RUN:
        same = codes[1:] == codes[:-1]
        seen[2:] &= ~(same[1:] & same[:-1])
    return seen


def _without(text: str, links: Sequence[Link]) -> str:
    parts: list[str] = []
    at = 0
    for link in links:
        parts.append(text[at : link.start])
        inside = text[link.start : link.end] if link.label and not is_moment(link) else ""
        parts.append(inside.ljust(link.end - link.start))
        at = link.end
    return "".join([*parts, text[at:]])
