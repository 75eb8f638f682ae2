"""Blanking tags and writing out character references, in place.

`fu&#99;k`, `f<b>u</b>ck` and `f%75ck` are read as a browser shows them. What disappears is replaced
by `GONE`, one for one, so that places in the text stay what they were. Every scan looks a bounded
distance ahead: the cost is linear in the length of the text.
"""

import sys
from collections.abc import Callable
from functools import lru_cache
from html.entities import html5

from rules.matching.fold import GONE
from rules.remembering import remembered

_SURROGATES = range(0xD800, 0xE000)
_LONGEST_NAME = 12
_LONGEST_TAG = 300
_LONGEST_REFERENCE = 33
Reader = Callable[[str], tuple[str, int] | None]
"""Reads what stands behind a sign: what is shown for it, and how many characters it takes."""
_DIGITS = frozenset("0123456789")
_HEX_DIGITS = _DIGITS | frozenset("abcdefABCDEF")
_TWICE = "amp;"
_ESCAPABLE = frozenset("*_#~-.!")
_BLOCK = frozenset(
    [
        "br",
        "p",
        "div",
        "li",
        "ul",
        "ol",
        "tr",
        "td",
        "th",
        "table",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "blockquote",
        "pre",
        "section",
        "article",
    ]
)
_BBCODE = frozenset({"b", "i", "u", "s", "em", "sup", "sub", "size", "color", "spoiler"})
_SAFE = {name: value for name, value in html5.items() if len(value) == 1 and name.endswith(";")}


def _reference(body: str) -> str | None:
    """Return the character that `&body;` stands for."""
    if not body.startswith("#"):
        return _SAFE.get(body + ";")
    digits, base = (body[2:], 16) if body[1:2] in {"x", "X"} else (body[1:], 10)
    if not digits or not digits.isalnum() or not digits.isascii():
        return None
    try:
        code = int(digits, base)
    except ValueError:
        return None
    return chr(code) if 0 < code <= sys.maxunicode and code not in _SURROGATES else None


def _digits_end(piece: str) -> int:
    """Return where the figures of `#117` end: the `;` may be missing."""
    digits = _HEX_DIGITS if piece[1:2] in {"x", "X"} else _DIGITS
    end = 2 if digits is _HEX_DIGITS else 1
    while piece[end : end + 1] in digits and end < _LONGEST_REFERENCE:
        end += 1
    return end


def _read_reference(piece: str) -> tuple[str, int] | None:
    twice = len(_TWICE) if piece.startswith(_TWICE + "#") else 0  # `&amp;#117;`
    piece = piece[twice:]
    end = _digits_end(piece) if piece[0] == "#" else piece.find(";", 1, _LONGEST_REFERENCE)
    char = _reference(piece[:end]) if end > 0 else None
    return (char, twice + end + (piece[end : end + 1] == ";")) if char else None


@lru_cache(maxsize=256)
def _left_by(tag: str) -> str:
    """Return what the beginning of a tag leaves: block tags end a line, others nothing."""
    name = tag.partition(" ")[0].strip("/").lower()
    return "\n" if name in _BLOCK else GONE


def _read_tag(piece: str) -> tuple[str, int] | None:
    """Return a tag or comment: what it leaves (a line break or nothing) and how long it is."""
    if piece.startswith("!--"):
        end = piece.find("-->", 3, _LONGEST_TAG)
        return (GONE, end + 3) if end > 0 else None
    if not (piece[:1].isalpha() or (piece[:1] == "/" and piece[1:2].isalpha())):
        return None
    end = piece.find(">", 1, _LONGEST_TAG)
    if end < 0:
        return None
    return (_left_by(piece[: min(end, _LONGEST_NAME)]), end + 1)


def _letter(digits: str, size: int) -> str | None:
    """Return the ASCII letter that so many hexadecimal digits stand for."""
    if len(digits) < size or not _HEX_DIGITS.issuperset(digits):
        return None
    char = chr(int(digits, 16))
    return char if char.isascii() and char.isalpha() else None


def _read_bracket(piece: str) -> tuple[str, int] | None:
    """Return a tag of BBCode, such as `[b]`, which leaves nothing."""
    end = piece.find("]", 1, _LONGEST_NAME)
    name = piece[: max(end, 0)].lstrip("/").partition("=")[0].lower()
    return (GONE, end + 1) if name in _BBCODE else None


def _read_link(piece: str) -> tuple[str, int] | None:
    """Return the rest of a Markdown link (`](https://…)`) that a word goes on behind."""
    end = piece.find(")", 1, _LONGEST_TAG) if piece[0] == "(" else -1
    return (GONE, end + 1) if end > 0 and piece[end + 1 : end + 2].isalpha() else None


def _read_percent(piece: str) -> tuple[str, int] | None:
    char = _letter(piece[:2], 2)
    return (char, 2) if char else None


def _read_escape(piece: str) -> tuple[str, int] | None:
    if piece[0] in _ESCAPABLE:  # Markdown's `\\*`
        return (GONE + piece[0], 1)
    size = {"u": 4, "x": 2}.get(piece[:1], 0)
    char = _letter(piece[1 : 1 + size], size) if size else None
    return (char, 1 + size) if char else None


_READERS: tuple[tuple[str, Reader], ...] = (
    ("<", _read_tag),
    ("&", _read_reference),
    ("%", _read_percent),
    ("\\", _read_escape),
)


def _written_out(text: str, sign: str, read: Reader) -> str:
    first, *pieces = text.split(sign)
    different = set(pieces)  # markup repeats itself
    written = {piece: _piece_written_out(piece, sign, read) for piece in different}
    if all(as_shown == sign + piece for piece, as_shown in written.items()):
        return text
    return first + "".join(map(written.__getitem__, pieces))


def _piece_written_out(piece: str, sign: str, read: Reader) -> str:
    found = read(piece) if piece else None
    if found is None:
        return sign + piece
    char, used = found
    return char + GONE * (used + 1 - len(char)) + piece[used:]


def _tags(part: str) -> tuple[int, int]:
    """How many tags of a part open before it, and how many it leaves open."""
    depth = lowest = 0
    for piece in part.split("<")[1:]:
        depth += -1 if piece[:1] == "/" else piece[:1].isalpha()
        lowest = min(lowest, depth)
    return -lowest, depth - lowest


def balanced(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen a place by the tags right beside it whose other halves are within it."""
    before, after = _tags(text[start:end])
    while before and text[start - 1 : start] == ">":
        opening = text.rfind("<", max(0, start - _LONGEST_TAG), start)
        if opening < 0 or not text[opening + 1].isalpha():
            break
        start, before = opening, before - 1
    while after and text[end : end + 2] == "</":
        closing = text.find(">", end, end + _LONGEST_NAME)
        if closing < 0:
            break
        end, after = closing + 1, after - 1
    return start, end


@remembered(16)
def shown(text: str) -> str:
    """`text` as a browser shows it, padded with `GONE` to the same length."""
    for sign, read in _READERS:
        if sign in text:
            text = _written_out(text, sign, read)
    if "](" in text:
        text = _written_out(text, "]", _read_link)
    if "[/" in text:
        text = _written_out(text, "[", _read_bracket)
    return text
