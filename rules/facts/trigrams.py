"""Trigrams: which language a word looks like that is in no list, and is no English.

Three letters at a time (Cavnar and Trenkle 1994); the table is made by `training.languages`.
"""

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from rules.packaged import packaged_text

TABLE = "_trigrams.txt"
NOTHING = "j"
_SURE = 27.0  # so many levels are a whole word's worth: it is e to the 9th times likelier
_LONGEST = 20


class _Table(NamedTuple):
    languages: tuple[str, ...]
    levels: Mapping[str, bytes]


def trigrams(word: str) -> list[str]:
    """Return the threes of letters of a word, its beginning and end being a space."""
    framed = f" {word} "
    return [framed[start : start + 3] for start in range(len(framed) - 2)]


def looks_like(word: str) -> dict[str, float]:
    """Return how much a word in small letters is like each language's: 0 to 1."""
    languages, levels = _table()
    found = [levels[one] for one in {*trigrams(word[:_LONGEST])} if one in levels]
    nothing = len(found) * ord(NOTHING)
    return {
        language: min(1.0, max(0.0, (total - nothing) / _SURE))
        for language, total in zip(
            languages, map(sum, zip(*found, strict=True)), strict=bool(found)
        )
    }


@cache
def _table() -> _Table:
    """About 8,000 trigrams, 1 MB; read when first asked for."""
    lines = [line for line in packaged_text(TABLE).splitlines() if not line.startswith("#")]
    levels = {line[:3].replace("_", " "): line[3:].encode() for line in lines[1:]}
    return _Table(tuple(lines[0].split()), levels)
