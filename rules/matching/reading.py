"""A text as the matcher reads it: folded, without markup, seen as letters only or as leetspeak.

All views have the length of `clean`, so a place in one is a place in all, and `origins` leads back
to the text as written.
"""

import unicodedata
from functools import cached_property

from rules.matching.fold import GONE, fold, origins
from rules.matching.markup import balanced, shown
from rules.matching.regions import prose
from rules.remembering import remembered

JOINT = "\x01"
_LEET_I = "0o1i3e4a5s7t8b9g@a$s!i|i+t2z6g€e"
_LEET_L = "0o1l3e4a5s7t8b9g@a$s!l|l+t2z6b(c<c€c"
_LEET_CYRILLIC = "0o3з4ч6б9r@a"
_CYRILLIC = frozenset(map(chr, range(0x410, 0x460)))
_LEET_SIGNS = frozenset(_LEET_I[::2] + _LEET_L[::2] + "[]{}\\/")
_SHAPES = (
    ("|\\/|", "m"), ("|\\|", "n"), ("|_|", "u"), ("(_)", "u"), ("|-|", "h"), ("/-\\", "a"),
    ("\\/\\/", "w"), ("|<", "k"), ("|{", "k"), ("|(", "k"), ("()", "o"), ("[]", "o"), ("\\/", "v"),
    ("/\\", "a"), ("|)", "d"), ("|>", "p"), ("|3", "b"), ("}{", "h"), ("][", "i"), ("vv", "w"),
    ("|=", "f"), ("|*", "p"),
)  # fmt: skip
_SHAPE_SIGNS = frozenset("|()[]\\{}<")
_LONE = "\x02"
_AROUND_LONE = " .-_*/,"
_AFTER_EXCLAMATION = " \n.,;:?!\"')]}"


class Letters(dict[int, str]):
    """`str.translate` table: letters stay (or are replaced), everything else is a blank."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        self[code] = kept = char if char.isalpha() else " "
        return kept


def _table(leet: str = "") -> Letters:
    table = Letters({ord(sign): letter for sign, letter in zip(leet[::2], leet[1::2], strict=True)})
    table[ord(JOINT)] = JOINT
    for code in range(128):
        table[code]
    return table


_PLAIN, _AS_I, _AS_L = _table(), _table(_LEET_I), _table(_LEET_L)
_AS_CYRILLIC = _table(_LEET_CYRILLIC)


def _without_exclamations(text: str) -> str:
    if "!" not in text:
        return text
    for sign in _AROUND_LONE:
        text = text.replace(f"{sign}!{sign}", f"{sign}{_LONE}{sign}")  # `b ! t c h`
    for after in _AFTER_EXCLAMATION:
        text = text.replace("!" + after, "  " if after in " !" else " " + after)
    text = text[:-1] + " " if text.endswith("!") else text
    return text.replace(_LONE, "!")


def _with_shapes(text: str, signs: frozenset[str]) -> str:
    for shape, letter in _SHAPES if not _SHAPE_SIGNS.isdisjoint(signs) else ():
        if shape[-1] in signs:
            text = text.replace(shape, letter + JOINT * (len(shape) - 1))
    return text


class Reading:
    """One text and its views; nothing of it changes once made."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.shown = shown(text)
        folded = fold(self.shown)
        self._same = len(folded) == len(text) and GONE not in folded
        self.signs = frozenset(folded)  # much is not looked for that has none of its signs
        self.clean = prose(folded.replace(GONE, ""), self.signs)
        self.view = self.clean.translate(_PLAIN)

    @cached_property
    def leet_views(self) -> list[str]:
        """Return the text with figures and signs read as letters; empty when it has none."""
        if _LEET_SIGNS.isdisjoint(self.signs):
            return []
        signs = _without_exclamations(self.clean)
        signs = _with_shapes(signs, self.signs)
        views = [signs.translate(_AS_I), signs.translate(_AS_L)]
        if not self.text.isascii() and not _CYRILLIC.isdisjoint(self.text):
            views.append(self.clean.translate(_AS_CYRILLIC))
        return [view for view in dict.fromkeys(views) if view != self.view]

    def words(self, view: str) -> frozenset[str]:
        """Return the distinct words of a view; those of the plain one are asked for twice."""
        return self._words if view is self.view else frozenset(view.split())

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(self.view.split())

    @cached_property
    def origins(self) -> list[int]:
        """For each character of `clean`, where it is in `text`."""
        return list(range(len(self.text))) if self._same else origins(self.shown)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the part of the text as written that `clean[start:end]` was read from."""
        first, last = self.origins[start], self.origins[end - 1] + 1
        while last < len(self.text) and unicodedata.category(self.text[last]) in {"Mn", "Me"}:
            last += 1
        while self.shown[last : last + 1] == GONE and self.text[last - 1] != ">":
            if self.text[last] in "<\u200b\u200c\u200d\u2060\ufeff\u00ad":
                break
            last += 1
        return balanced(self.text, first, last)


@remembered(16)
def read(text: str) -> Reading:
    """Return the reading of a text; kept for a moment, for each list looks at the same text."""
    return Reading(text)
