"""Sentences: where each begins and ends, for scores of parts of a text.

A cut in the wrong place (after an abbreviation) only moves the border of an advisory span, so
there is no list of exceptions.
"""

from collections.abc import Iterator
from dataclasses import dataclass

MAX_SENTENCES = 100  # of one text; the last one takes the rest
_ENDS = frozenset(".!?…")
_ENDS_ANYWHERE = frozenset("\u3002\uff01\uff1f\uff61\u0964")  # CJK and Devanagari: no space follows
_CLOSING = frozenset("\"'\u201d\u2019\u00bb)]")


@dataclass(frozen=True)
class Sentence:
    """A part of a text; `begin` and `end` are in UTF-16 code units, `end` is exclusive."""

    text: str
    begin: int
    end: int


def sentences_of(text: str) -> list[Sentence]:
    """Return the sentences, without the space between them; at least one for a text."""
    places = list(_places(text))
    if len(places) > MAX_SENTENCES:
        places = [*places[: MAX_SENTENCES - 1], (places[MAX_SENTENCES - 1][0], places[-1][1])]
    found: list[Sentence] = []
    units = at = 0
    for start, end in places:
        begin = units + utf16_length(text[at:start])
        units, at = begin + utf16_length(text[start:end]), end
        found.append(Sentence(text[start:end], begin, units))
    return found


def utf16_length(text: str) -> int:
    """Return how many UTF-16 code units a text has."""
    return len(text) + sum(character > "\uffff" for character in text)


def _places(text: str) -> Iterator[tuple[int, int]]:
    """Give (start, end) of each sentence in code points."""
    start: int | None = None
    for at, character in enumerate(text):
        if start is None:
            start = None if character.isspace() else at
        if start is not None and _ends_after(text, at):
            end = at + 1
            yield start, end - len(text[start:end]) + len(text[start:end].rstrip())
            start = None
    if start is not None:
        yield start, start + len(text[start:].rstrip())


def _ends_after(text: str, at: int) -> bool:
    character, following = text[at], text[at + 1 : at + 2]
    if character == "\n":
        return True
    if character in _ENDS_ANYWHERE:
        return following not in _ENDS_ANYWHERE
    if following and not following.isspace():
        return False
    closed = character in _CLOSING and text[at - 1 : at] in _ENDS
    return character in _ENDS or closed
