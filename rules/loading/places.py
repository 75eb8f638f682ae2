"""Where a character of a YAML text value stands in the source.

Folding, indentation and quotes change nothing but white space, and escapes stand for one character
each: so the n-th character of the value that is no white space is the n-th of the source.
"""

from collections.abc import Iterator

_ESCAPED = {
    "n": "\n", "t": "\t", "r": "\r", " ": " ", "_": "\xa0", "N": "\x85", "L": "\u2028",
    "P": "\u2029", "v": "\v", "f": "\f", "\n": " ",
}  # fmt: skip
"""Escapes of double quotes that stand for white space, with a line break that is escaped."""
_DIGITS = {"x": 2, "u": 4, "U": 8}


def _double_quoted(source: str, at: int) -> Iterator[int]:
    at += 1
    while at < len(source) and source[at] != '"':
        if source[at] != "\\":
            if not source[at].isspace():
                yield at
            at += 1
            continue
        kind = source[at + 1 : at + 2]
        size = _DIGITS.get(kind, 0)
        shown = chr(int(source[at + 2 : at + 2 + size], 16)) if size else _ESCAPED.get(kind, kind)
        if not shown.isspace():
            yield at
        at += 2 + size


def _single_quoted(source: str, at: int) -> Iterator[int]:
    at += 1
    while at < len(source):
        if source[at] == "'" and source[at + 1 : at + 2] != "'":
            return
        if not source[at].isspace():
            yield at
        at += 1 + (source[at] == "'")


def _unquoted(source: str, at: int) -> Iterator[int]:
    return (place for place in range(at, len(source)) if not source[place].isspace())


def _block(source: str, at: int) -> Iterator[int]:
    """Read the lines below the sign `|` or `>`."""
    return _unquoted(source, source.find("\n", at) + 1)


_READERS = {'"': _double_quoted, "'": _single_quoted, "|": _block, ">": _block}


def source_index(source: str, at: int, style: str | None, value: str, offset: int) -> int:
    """Return where `value[offset]` stands, of a value that begins at `at` in the source.

    White space stands behind what is before it; so does an offset behind the end.
    """
    wanted = sum(not char.isspace() for char in value[:offset])
    behind = offset >= len(value) or value[offset].isspace()
    last = at
    for number, place in enumerate(_READERS.get(style or "", _unquoted)(source, at)):
        if number == wanted - behind:
            return place + behind
        last = place + 1
    return last


def line_and_column(source: str, index: int) -> tuple[int, int]:
    """Return both from 1."""
    return source.count("\n", 0, index) + 1, index - source.rfind("\n", 0, index)
