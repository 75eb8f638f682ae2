"""Marking: a text cut into pieces, so that a template can escape and mark each by itself.

Nothing here makes HTML. A piece knows which rules point at it, and whether it is a character
that cannot be seen (a zero-width space, an override of the reading direction), which is shown by
its name and kept from turning the text around it.
"""

import itertools
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rules.verdict import Match, Reason
from service.review.care import masked

# Characters that hide in a text or turn it around: Unicode's Cf, but not what emoji and the
# scripts of India and Persia need (ZWJ, ZWNJ), and not the soft hyphen.
_NEEDED = frozenset("\u200c\u200d\u00ad")


@dataclass(frozen=True)
class Mark:
    """One rule that points at a piece, and why."""

    rule: str
    term: str
    technique: str | None

    @property
    def about(self) -> str:
        """What is said on hover, and to a screen reader."""
        how = f", written {self.technique}" if self.technique not in {None, "plain"} else ""
        return f"{self.rule}: {self.term}{how}"


@dataclass(frozen=True)
class Piece:
    """A part of a text. `hidden` names the invisible character that it is."""

    text: str
    marks: Sequence[Mark] = ()
    hidden: str = ""

    @property
    def about(self) -> str:
        """What all its marks say."""
        return "; ".join(mark.about for mark in self.marks)

    @property
    def masked(self) -> str:
        """The piece as somebody sees it who does not want to read slurs: `s***`."""
        return masked(self.text)


@dataclass(frozen=True)
class Run:
    """Pieces that one mark spans, or that none does."""

    pieces: Sequence[Piece]
    marks: Sequence[Mark]
    about: str
    masked: str

    @property
    def rules(self) -> str:
        """The rules alone, for somebody who does not want to read what they found."""
        return ", ".join(dict.fromkeys(mark.rule for mark in self.marks))


def runs(text: str, field: str, reasons: Sequence[Reason]) -> list[Run]:
    """Cut `text`, which is the comment's `field`, where a match begins or ends."""
    found = [
        (match, Mark(reason.rule, match.term, match.technique))
        for reason in reasons
        for match in reason.matches
        if match.field == field and 0 <= match.start < match.end <= len(text)
    ]
    cuts = sorted({0, len(text), *_edges([match for match, _ in found])})
    made = []
    for start, end in itertools.pairwise(cuts):
        marks = tuple(dict.fromkeys(m for at, m in found if at.start <= start and end <= at.end))
        whole = Piece(text[start:end], marks)
        pieces = list(pieces_of(text[start:end]))
        made.append(Run(pieces, marks, whole.about, whole.masked))
    return made


def _edges(matches: Sequence[Match]) -> Iterator[int]:
    for match in matches:
        yield match.start
        yield match.end


def pieces_of(text: str) -> Iterator[Piece]:
    """Cut `text` at the characters that cannot be seen."""
    start = 0
    for index, character in enumerate(text):
        if unicodedata.category(character) == "Cf" and character not in _NEEDED:
            if index > start:
                yield Piece(text[start:index])
            name = unicodedata.name(character, f"U+{ord(character):04X}").lower()
            yield Piece(character, hidden=name)
            start = index + 1
    if start < len(text):
        yield Piece(text[start:])
