"""A text as the matcher reads it: folded, without markup, seen as letters only or as leetspeak.

All views have the length of `clean`, so a place in one is a place in all, and `origins` leads back
to the text as written.
"""

import re
import unicodedata
from itertools import accumulate

from rules.matching.fold import GONE, fold, origins
from rules.matching.learned import LearnedTable, letter_or_blank
from rules.matching.markup import balanced, shown
from rules.matching.regions import code_blocks, prose
from rules.remembering import found_once, remembered

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
_SHORTEST_TWICE = 8
_DOUBLES = frozenset(letter * 2 for letter in "abcdefghijklmnopqrstuvwxyz")
_FEWEST_DOUBLES = 3
_NEVER_HIDING = frozenset('abcdefghijklmnopqrstuvwxyz0123456789 \n,;:()[]<>/"')
_AROUND_WORDS = ".,;:!?()\"'"
_CONTRACTED = frozenset({"s", "t", "re", "ll", "ve", "m", "d"})
_MARKS = re.compile(r"(?<!\w)[¡©®]|[©®](?!\w)")
_AFTER_EXCLAMATION = " \n.,;:?!\"')]}"


def _table(leet: str = "") -> LearnedTable[str]:
    signs = {ord(sign): letter for sign, letter in zip(leet[::2], leet[1::2], strict=True)}
    return LearnedTable(letter_or_blank, {**signs, ord(JOINT): JOINT})


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


def _hides_nothing(token: str) -> bool:
    """Return whether a token is a word, a number or a contraction, with signs around it."""
    bare = token.strip(_AROUND_WORDS)
    head, _, tail = bare.partition("'")
    return bare.isalnum() or len(bare) <= 1 or (head.isalnum() and tail in _CONTRACTED)


class View:
    """A text seen one way: letters and blanks, each at its place of `clean`.

    `letters` are those alone, `words` the distinct ones; of these `twice` are those of which every
    letter is written twice (`sshhiitt`), `doubles` one letter written twice (`ff uu cc kk`).
    Found out once, though every vocabulary asks for them.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.letters = text.replace(" ", "").replace(JOINT, "")
        self.words = frozenset(text.split())
        self.twice = [
            word
            for word in self.words
            if len(word) >= _SHORTEST_TWICE and word[0] == word[1] and word[::2] == word[1::2]
        ]
        self.doubles = _DOUBLES & self.words

    @found_once
    def undoubled(self) -> "View | None":
        """The view with `doubles` written once, None where they are too few for a word."""
        if len(self.doubles) < _FEWEST_DOUBLES:
            return None
        padded = f" {self.text} "
        for double in self.doubles:
            padded = padded.replace(f" {double} ", f" {double[0]}{JOINT} ")
            padded = padded.replace(f" {double} ", f" {double[0]}{JOINT} ")  # `ss ss`
        return View(padded[1:-1])

    @found_once
    def ends(self) -> list[int]:
        """After how many letters each piece between two blanks ends.

        Before the letter at `n` stand as many blanks as pieces that ended: `bisect(ends, n)`.
        """
        return list(accumulate(map(len, self.text.replace(JOINT, " ").split(" "))))


class Reading:
    """One text and its views; nothing of it changes once made."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.shown = shown(text)
        folded = fold(self.shown)
        self._same = len(folded) == len(text) and GONE not in folded
        self.signs = frozenset(folded)  # much is not looked for that has none of its signs
        self.clean = prose(folded.replace(GONE, ""), self.signs)
        self.view = View(self.clean.translate(_PLAIN))

    @found_once
    def unmarked(self) -> View | None:
        """The text with what is no letter in `¡casino®!`, though it looks like one, as blanks."""
        if self.text.isascii() or not _MARKS.search(self.shown):
            return None
        folded = fold(_MARKS.sub(" ", self.shown)).replace(GONE, "")
        return View(prose(folded, self.signs).translate(_PLAIN))

    @found_once
    def leet_views(self) -> list[View]:
        """Return the text with figures and signs read as letters; empty when it has none."""
        if _LEET_SIGNS.isdisjoint(self.signs):
            return []
        signs = _without_exclamations(self.clean)
        signs = _with_shapes(signs, self.signs)
        views = [signs.translate(_AS_I), signs.translate(_AS_L)]
        if not self.text.isascii() and not _CYRILLIC.isdisjoint(self.text):
            views.append(self.clean.translate(_AS_CYRILLIC))
        return [View(view) for view in dict.fromkeys(views) if view != self.view.text]

    @found_once
    def hides(self) -> bool:
        """Whether some sign may stand for a letter; a multiplication sign is read as one."""
        if not self.text.isascii() and "×" in self.text:
            return True
        if _NEVER_HIDING.issuperset(self.signs):
            return False
        tokens = [token for token in frozenset(self.clean.split()) if not token.isalpha()]
        return not all(map(_hides_nothing, tokens))

    @found_once
    def code_blocks(self) -> list[tuple[int, int]]:
        """Where code stands in `text` that is read all the same, in order of place."""
        return code_blocks(self.text)

    @found_once
    def origins(self) -> list[int]:
        """For each character of `clean`, where it is in `text`."""
        return list(range(len(self.text))) if self._same else origins(self.shown)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the part of the text as written that `clean[start:end]` was read from."""
        first, last = self.origins[start], self.origins[end - 1] + 1
        while last < len(self.text) and unicodedata.category(self.text[last]) in {"Mn", "Me"}:
            last += 1
        while self.shown[last : last + 1] == GONE and self.text[last - 1] != ">":
            if self.text[last] in "<[\u200b\u200c\u200d\u2060\ufeff\u00ad":
                break
            last += 1
        return balanced(self.text, first, last)


@remembered(16)
def read(text: str) -> Reading:
    """Return the reading of a text; kept for a moment, for each list looks at the same text."""
    return Reading(text)
