"""Blanking tags and writing out character references, in place.

`fu&#99;k`, `f<b>u</b>ck` and `f%75ck` are read as a browser shows them. What disappears is replaced
by `GONE`, one for one, so that places in the text stay what they were. Every scan looks a bounded
distance ahead: the cost is linear in the length of the text.
"""

from html.entities import html5

from rules.matching.fold import GONE

_LONGEST_TAG = 300
_LONGEST_REFERENCE = 12
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
_SAFE = {name: value for name, value in html5.items() if len(value) == 1 and name.endswith(";")}


def _reference(body: str) -> str | None:
    """The character that `&body;` stands for."""
    if not body.startswith("#"):
        return _SAFE.get(body + ";")
    digits, base = (body[2:], 16) if body[1:2] in {"x", "X"} else (body[1:], 10)
    if not digits or not digits.isalnum() or not digits.isascii():
        return None
    try:
        code = int(digits, base)
    except ValueError:
        return None
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else None


def _read_reference(text: str, at: int) -> tuple[str, int] | None:
    end = text.find(";", at + 1, at + _LONGEST_REFERENCE)
    char = _reference(text[at + 1 : end]) if end > 0 else None
    return (char, end + 1) if char else None


def _read_tag(text: str, at: int) -> tuple[str, int] | None:
    """A tag or comment at `at`: what it leaves (a line break or nothing) and where it ends."""
    if text.startswith("<!--", at):
        end = text.find("-->", at + 4, at + _LONGEST_TAG)
        return (GONE, end + 3) if end > 0 else None
    name_at = at + 1 + text.startswith("/", at + 1)
    if not text[name_at : name_at + 1].isalpha():
        return None
    end = text.find(">", name_at, at + _LONGEST_TAG)
    if end < 0 or text.find("<", name_at, end) >= 0:
        return None
    name = text[name_at:end].partition(" ")[0].rstrip("/").lower()
    return ("\n" if name in _BLOCK else GONE, end + 1)


def _read_hex(text: str, at: int) -> tuple[str, int] | None:
    """`%75`, or `\\u0075` and `\\x75` as source code writes it, if it is a visible ASCII letter."""
    lead = {"%": 1, "\\": 2}[text[at]]
    size = 4 if text.startswith("\\u", at) else 2
    digits = text[at + lead : at + lead + size]
    if lead == 2 and text[at + 1 : at + 2] not in {"u", "x"}:
        return None
    if len(digits) < size or not all(digit in "0123456789abcdefABCDEF" for digit in digits):
        return None
    char = chr(int(digits, 16))
    return (char, at + lead + size) if char.isascii() and char.isalpha() else None


_READERS = {"&": _read_reference, "<": _read_tag, "%": _read_hex, "\\": _read_hex}


def _starts(text: str) -> list[int]:
    places: list[int] = []
    for sign in _READERS:
        at = text.find(sign)
        while at >= 0:
            places.append(at)
            at = text.find(sign, at + 1)
    return sorted(places)


def shown(text: str) -> str:
    """`text` as a browser shows it, padded with `GONE` to the same length."""
    if not any(sign in text for sign in _READERS):
        return text
    parts: list[str] = []
    done = 0
    for at in _starts(text):
        read = _READERS[text[at]](text, at) if at >= done else None
        if read is not None:
            char, end = read
            parts += (text[done:at], char, GONE * (end - at - 1))
            done = end
    parts.append(text[done:])
    return "".join(parts)
