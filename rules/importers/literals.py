"""Words and phrases of other tools as entries of a word list, or else as patterns."""

import re
from collections.abc import Mapping
from typing import Any

from rules.loading.document import WordList
from rules.wordlists import OwnList

_WORD = re.compile(r"[^\W_]+(?:[ '-][^\W_]+)*")
_LETTERS = re.compile(r"[^\W\d_]")
_SHORTEST_PART = 3
_LONGEST_WORD = 200
PASSED_OVER = (
    "words are not looked for in code, in e-mail addresses of a text, and in names or titles that"
    " are addresses: a `pattern` or a `matches(…)` finds them there"
)


def fits_list(word: str, *, part: bool) -> bool:
    """Whether a word list can hold it, as a part of words or as a whole one.

    A list says more of a hit than a pattern does; signs and figures, which the matcher does not
    take for a word's own, are for patterns.
    """
    letters = len(_LETTERS.findall(word))
    enough = letters >= (_SHORTEST_PART if part else 1)
    if not enough or len(word) > _LONGEST_WORD or _WORD.fullmatch(word) is None:
        return False
    entry = f"*{word}*" if part else word
    return not list(OwnList("", WordList(words=[entry], disguises=False)).unfound())


def passed_over(lists: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return what to say of lists, as the document has them, if they have words."""
    return [PASSED_OVER] if any("words" in given for given in lists.values()) else []


def word_ends(*, ascii_only: bool) -> tuple[str, str]:
    r"""Return what stands around a whole word: RE2's `\b` knows the letters of English only."""
    if ascii_only:
        return r"(?:^|\W|\b)", r"(?:$|\W|\b)"
    return r"(?:^|[^\pL\pN_])", r"(?:$|[^\pL\pN_])"


def quoted(text: str) -> str:
    """Return a text as an expression writes it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
