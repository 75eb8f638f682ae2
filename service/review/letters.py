"""Letters: where a text may be cut without parting one from what belongs to it.

A person sees one letter where a text has it, its accents and what joins it to the next.
"""

import re
import unicodedata

from markupsafe import Markup, escape

_STRETCH = 200  # characters without white space, after which a line may be broken
_UNBROKEN = re.compile(rf"\S{{{_STRETCH}}}(?=\S)")
_ZWJ = "\u200d"
_SKIN = range(0x1F3FB, 0x1F400)
_FLAG = range(0x1F1E6, 0x1F200)  # letters, of which two are a flag
_VIRAMA = 9  # its combining class: the letter behind it is written under or into the one before


def parts_letter(text: str, at: int) -> bool:
    """Whether a cut before the character at `at` would part a letter."""
    if not 0 < at < len(text):
        return False
    before, after = text[at - 1], text[at]
    if unicodedata.category(after)[0] == "M" or after == _ZWJ or ord(after) in _SKIN:
        return True
    if before == _ZWJ or unicodedata.combining(before) == _VIRAMA:
        return True
    return ord(after) in _FLAG and _is_half(text, at)


def _is_half(text: str, at: int) -> bool:
    start = at
    while start and ord(text[start - 1]) in _FLAG:
        start -= 1
    return (at - start) % 2 == 1


def next_cut(text: str, at: int) -> int:
    """Return the first place from `at` on that parts no letter."""
    while parts_letter(text, at):
        at += 1
    return at


def last_cut(text: str, at: int) -> int:
    """Return the last place up to `at` that parts no letter."""
    while parts_letter(text, at):
        at -= 1
    return at


def breakable(text: str) -> Markup:
    """Return a text for a page, with places to break a line in words that have none.

    A browser measures such a word again for each line that it fills: of 65 000 characters, for
    half a minute. A `<wbr>` is no character, so nothing of it is copied.
    """
    cuts = [next_cut(text, found.end()) for found in _UNBROKEN.finditer(text)]
    edges = dict.fromkeys([0, *cuts, len(text)])
    starts, ends = list(edges)[:-1], list(edges)[1:]
    return Markup("<wbr>").join(escape(text[a:b]) for a, b in zip(starts, ends, strict=True))
