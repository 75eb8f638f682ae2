"""Folding a text to plain lower-case letters of the same length.

Every code point becomes exactly one (a letter, a separator, `GONE` for what nobody sees), save the
few that stand for several letters; so the place of a letter in the folded text is its place in the
text as written, and no offset table is needed until something is found. The table fills itself as
characters are met: one dictionary look-up a character, whatever the script.
"""

import unicodedata
from itertools import accumulate

from rules.matching.learned import LearnedTable
from rules.matching.lookalikes import LOOKALIKES

GONE = "\x00"
MASK = "•"
DASH = "–"
_LONGEST_EXPANSION = 4
_UNSEEN = frozenset({"Cf", "Mn", "Me", "Cs", "Cc"})
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u17b4\u17b5\u034f")
_PICTURES = frozenset({"So", "Co", "Sk"})
_KEPT = frozenset("^`´")
_PUNCTUATION = {"’": "'", "‘": "'", "“": '"', "”": '"', "…": ".", "™": " "}
"""What most typed texts hold; in ASCII the views of a text are made ten times as fast."""
_SIGNS = {
    sign: plain
    for plain, signs in {"*": "∗⁎✱✲⋆٭﹡", "/": "⁄∕", "|": "∣⏐", DASH: "−⁃"}.items()
    for sign in signs
}
"""Signs that look like one of ASCII's."""
_SHAPES = {**LOOKALIKES, **_PUNCTUATION, **_SIGNS, **dict.fromkeys(_FILLERS, GONE)}
_LETTERS = 26
_MATHEMATICAL = range(0x1D400, 0x1D6A4)
# Where alphabets begin that Unicode does not decompose: white on black circles and squares, and the
# regional indicators that spell flags (and words).
_ALPHABETS = (0x1F150, 0x1F170, 0x1F1E6)


def _fold_known(char: str) -> str | None:
    if char in "\n\t\r\v\f\x85\u2028\u2029":
        return "\n" if char != "\t" else " "
    if char in _SHAPES:
        return _SHAPES[char]
    if char.isascii():
        return char.lower() if char.isprintable() else GONE
    if "\uac00" <= char <= "\ud7a3":
        return char  # a Korean syllable would become three letters that nobody types apart
    for first in _ALPHABETS:
        if 0 <= ord(char) - first < _LETTERS:
            return chr(ord(char) - first + ord("a"))
    return None


def _fold_by_category(char: str) -> str | None:
    category = unicodedata.category(char)
    if category in _UNSEEN:
        return GONE
    if category == "Zs" or char == "\u2800":
        return " "
    if category == "Pd":
        return DASH
    if category == "Cn" and ord(char) in _MATHEMATICAL:  # holes, such as the italic h
        return chr(ord("a") + (ord(char) - _MATHEMATICAL.start) % _LETTERS)
    return None


def _without_stroke(char: str) -> str | None:
    """Return the letter that another is with a stroke, hook or the like, as its name says (`ƀ`)."""
    base, among, _ = unicodedata.name(char, "").partition(" WITH ")
    if not among or not base.startswith(("LATIN", "CYRILLIC")):
        return None
    try:
        return unicodedata.lookup(base)
    except KeyError:
        return None


def _fold_decomposed(char: str) -> str:
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold())
    letters = "".join(LOOKALIKES.get(part, part) for part in parts if part.isalnum())
    if letters and len(letters) <= _LONGEST_EXPANSION and letters != char:
        return "".join(fold_char(letter) for letter in letters)
    if len(parts) == 1 and parts.isascii() and char not in _KEPT:  # `！`
        return parts
    if unicodedata.category(char) in _PICTURES and char not in _KEPT:
        return MASK
    base = _without_stroke(char)
    if base:
        return fold_char(base)
    return char if len(char.lower()) != 1 else char.lower()


def fold_char(char: str) -> str:
    """Return what one character is read as: mostly one character, at most four."""
    known = _fold_known(char)
    if known is None:
        known = _fold_by_category(char)
    return _fold_decomposed(char) if known is None else known


_TABLE = LearnedTable(fold_char)
_ASCII = {code: _TABLE[code] for code in range(128)}


def fold(text: str) -> str:
    """Fold `text`; of the same length unless a character stands for several letters."""
    return text.translate(_ASCII if text.isascii() else _TABLE)


def normalise(text: str) -> str:
    """Return the folded text without what nobody sees; doing it twice changes nothing."""
    return fold(text).replace(GONE, "")


def origins(text: str) -> list[int]:
    """For each character that `fold(text)` keeps, the index in `text` that it comes from."""
    folded_text = fold(text)
    if len(folded_text) == len(text):
        return [index for index, folded in enumerate(folded_text) if folded != GONE]
    kept: list[int] = []
    for index, char in enumerate(text):
        folded = _TABLE[ord(char)]
        if folded != GONE:
            kept.extend([index] * len(folded))
    return kept


def expanded_ends(text: str) -> list[int]:
    """Where each character of `text` ends in `fold(text)`."""
    return list(accumulate(len(_TABLE[ord(char)]) for char in text))
