"""Reading: a text as the spam model sees it, with the way back to the text as written.

Tags are blanked, letters folded, addresses taken out (they speak for themselves), runs of one
letter shortened (`plzzzzz` is `plzz`). Bounded: of a very long text, the beginning counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rules.facts.hyperlinks import Link, links_of
from rules.matching.fold import GONE, expanded_ends, fold
from rules.matching.learned import LearnedTable
from rules.matching.markup import shown
from rules.remembering import found_once

LOOKED_AT = 4_000  # characters; spam that begins later is a novel
_LONGEST_RUN = 2
_QUOTES = "'\u2019`\u00b4"
_MINUTE = frozenset("0123456789:")


def _part_of_word(char: str) -> str | None:
    """Letters and digits stay, quotes go, the rest parts words."""
    # None, not "": only then is a text in ASCII translated the fast way.
    return char if char.isalnum() else None if char in _QUOTES else " "


_WORDS = LearnedTable(_part_of_word)


@dataclass(frozen=True)
class Reading:
    """A text read. `text` is the body as it is shown, without links; `prose` is that, folded."""

    body: str
    links: Sequence[Link]
    text: str
    prose: str

    @found_once
    def places(self) -> NDArray[np.int64]:
        """Where each character of the prose comes from: only those who tell why ask."""
        folded = fold(self.text)
        kept = np.flatnonzero(_mask(_codes(folded)))
        if len(folded) == len(self.text):
            return kept
        ends = np.asarray(expanded_ends(self.text))
        return np.searchsorted(ends, kept, side="right")

    @found_once
    def words(self) -> list[str]:
        """The words of the prose."""
        return self.prose.translate(_WORDS).split()

    @found_once
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
    return Reading(body, found, text, _prose(fold(text)))


def _prose(folded: str) -> str:
    codes = _codes(folded)
    seen = _mask(codes)
    if seen.all():
        return folded
    return codes[seen].tobytes().decode("utf-32-le", "surrogatepass")


def _codes(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


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
