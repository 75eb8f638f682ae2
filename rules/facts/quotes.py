"""How much of a text is another's: quoted by signs, in HTML or BBCode, or as e-mail has it."""

import re
from collections.abc import Iterator
from itertools import chain

from rules.matching.fold import GONE

_MARK = re.compile(r"\s*>(?![:;=._<|'-])")  # `>:(` and `>_<` are faces
_ATTRIBUTION = re.compile(
    r"\b(?:wrote|writes|schrieb|écrit|escribió|scritto|schreef|escreveu|napisał|писал|yazd\u0131)\b"
    r"[^\n]{0,200}:\s*$",
    re.IGNORECASE,
)
_FORWARDED = re.compile(
    r"^-{3,} ?(?:original message|forwarded message|ursprüngliche nachricht"
    r"|message d'origine|mensaje original|messaggio originale) ?-{3,}",
    re.IGNORECASE | re.MULTILINE,
)
_TAGS = re.compile(r"<(/?)blockquote\b[^>]{0,300}>|\[(/?)quote\b[^\]]{0,100}\]", re.IGNORECASE)
_UNSEEN = frozenset(GONE + "\r\n")
Span = tuple[int, int]


def quoted_share(body: str, visible: str, *, markdown: bool) -> float:
    """Return which share of what is seen is quoted, 0..1; line ends do not count.

    `visible` is the body as it is shown, each character at its place of the body.
    """
    spans = chain(_tagged(body), _marked(visible, markdown=markdown), _forwarded(visible))
    quoted = bytearray(len(visible))
    for start, end in spans:
        quoted[start:end] = b"\1" * (end - start)
    seen = [place for place, char in enumerate(visible) if char not in _UNSEEN]
    return sum(quoted[place] for place in seen) / max(1, len(seen))


def _tagged(body: str) -> Iterator[Span]:
    """Yield what stands between a quote's tags, the outermost ones; one left open goes to the end.

    BBCode's own tags are shown as they are written, and are part of the quote.
    """
    depth = start = 0
    for tag in _TAGS.finditer(body):
        closing = bool(tag[1] or tag[2])
        if not closing and depth == 0:
            start = tag.start()
        depth = max(0, depth - 1) if closing else depth + 1
        if closing and depth == 0:
            yield start, tag.end()
            start = tag.end()
    if depth:
        yield start, len(body)


def _marked(visible: str, *, markdown: bool) -> Iterator[Span]:
    """Yield lines that begin with `>`, the line above that says whose they are, and those below.

    In Markdown a paragraph that begins as a quote goes on as one without the sign.
    """
    at, before, within = 0, (0, 0), False
    for line in visible.splitlines(keepends=True):
        place = (at, at + len(line))
        at += len(line)
        if _MARK.match(line):
            if not within and _ATTRIBUTION.search(visible[slice(*before)]):
                yield before
            within = True
            yield place
        elif within and markdown and line.strip(GONE).strip():
            yield place
        else:
            within = False
        before = place if line.strip() else before


def _forwarded(visible: str) -> Iterator[Span]:
    if found := _FORWARDED.search(visible):
        yield found.start(), len(visible)
