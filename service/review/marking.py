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
from service.review.language import N_, gettext
from service.review.letters import last_cut, next_cut

# Characters that hide in a text or turn it around: Unicode's Cf, Zl, Zp and what else it calls
# Default_Ignorable, and the blank of Braille; but not what emoji and the scripts of India and
# Persia need (ZWJ, ZWNJ), and not the soft hyphen.
_HIDING = frozenset({"Cf", "Zl", "Zp"})
_NEEDED = frozenset("\u200c\u200d\u00ad")
_BLANK = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u2065\u2800\u3164\uffa0"
    + "".join(
        map(chr, (*range(0xFFF0, 0xFFF9), *range(0xE0000, 0xE0100), *range(0xE01F0, 0xE1000)))
    )
)
_VARIANT = frozenset(
    "\u180b\u180c\u180d\u180f"
    + "".join(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
)
_HAS_VARIANTS = ("CJK", "MONGOLIAN")  # scripts, as their characters' names begin
_EMOJI_TOO = "\u203c\u2049\u2139\u3030\u303d"  # signs that a variant makes an emoji
_KEYCAP = "\u20e3"

# How a word was written that is not plain; a score and a spam word have a technique, too, and
# are no spelling.
_WRITTEN = frozenset(
    {
        N_("coded"),
        N_("invisible"),
        N_("joined"),
        N_("leet"),
        N_("look-alike"),
        N_("marks"),
        N_("markup"),
        N_("masked"),
        N_("respelled"),
        N_("reversed"),
        N_("spaced"),
        N_("split"),
        N_("stretched"),
        N_("swapped"),
        N_("upside-down"),
    }
)


@dataclass(frozen=True)
class Mark:
    """One rule that points at a piece, and why."""

    rule: str
    term: str
    technique: str | None

    @property
    def about(self) -> str:
        """What is said on hover, and to a screen reader."""
        how = written(self.technique)
        what = f"{self.rule}: {self.term}"
        return gettext("%(what)s, written %(how)s") % {"what": what, "how": how} if how else what


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


def written(technique: str | None) -> str:
    """Return the name of a way to write a word, in this language; empty for a plain one."""
    return gettext(technique) if technique in _WRITTEN else ""


def runs(text: str, field: str, reasons: Sequence[Reason]) -> list[Run]:
    """Cut `text`, which is the comment's `field`, where a match begins or ends."""
    found = [
        (*_span(text, match), Mark(reason.rule, match.term, match.technique))
        for reason in reasons
        for match in reason.matches
        if match.field == field and 0 <= match.start < match.end <= len(text)
    ]
    cuts = sorted({0, len(text), *(edge for start, end, _ in found for edge in (start, end))})
    made = []
    for start, end in itertools.pairwise(cuts):
        marks = tuple(dict.fromkeys(m for a, b, m in found if a <= start and end <= b))
        whole = Piece(text[start:end], marks)
        pieces = list(pieces_of(text[start:end]))
        made.append(Run(pieces, marks, whole.about, whole.masked))
    return made


def _span(text: str, match: Match) -> tuple[int, int]:
    """Return where whole letters begin and end: an accent outside its mark would stand alone."""
    return last_cut(text, match.start), next_cut(text, match.end)


def pieces_of(text: str) -> Iterator[Piece]:
    """Cut `text` at the characters that cannot be seen."""
    start = 0
    for index, character in enumerate(text):
        if _hides(text, index):
            if index > start:
                yield Piece(text[start:index])
            name = unicodedata.name(character, f"U+{ord(character):04X}").lower()
            yield Piece(character, hidden=name)
            start = index + 1
    if start < len(text):
        yield Piece(text[start:])


def _hides(text: str, index: int) -> bool:
    character = text[index]
    if character in _VARIANT:
        return not _is_variant(text[max(index - 1, 0) : index], text[index + 1 : index + 2])
    if character in _NEEDED:
        return False
    return character in _BLANK or unicodedata.category(character) in _HIDING


def _is_variant(before: str, after: str) -> bool:
    """Whether a selector between these two chooses how one looks: an emoji, or a letter."""
    if not before:
        return False
    sign = unicodedata.category(before) in {"So", "Sm", "Sk"} or before in _EMOJI_TOO
    return sign or after == _KEYCAP or unicodedata.name(before, "").startswith(_HAS_VARIANTS)
