"""Parts of a text that are no prose: web and e-mail addresses, paths, code, long codes.

Words in them are not what their writer says (`expertsexchange.com`, `assert_class()`), so the
matcher reads blanks there.
"""

import re
from collections.abc import Iterator
from itertools import islice

from rules.packaged import packaged_words

ADDRESS_STOPS = frozenset(" \t\r\n\"'<>`|\\^{}[]")
"""Signs that end an address: Markdown, BBCode and HTML put labels behind them."""
_TOP_LEVEL = packaged_words("_top_level.txt")
_FILE_ENDINGS = packaged_words("_file_endings.txt")
_HEX = frozenset("0123456789abcdef-:")
_WRAPPING = ".,;:!?()[]{}<>\"'*_~“”‘’"
_RARE_SIGNS = frozenset(":/@\\(0123456789>")
_PIECE = re.compile(f"[^{re.escape(''.join(ADDRESS_STOPS))}]+")
_SCHEME = re.compile(r"(?:https?|ftp)?://|(?<!\w)(?:www\.|mailto:)")
_NO_HOST = re.compile(r"[^\w.+-]")
_SHORTEST_CODE = 6
_SHORTENED = frozenset({"be", "me", "it", "in", "is", "so", "to", "us"})
"""Top-level domains that are English words: a path must follow, as in `youtu.be/x`."""
_LONGEST_CODE = 400
_MOST_SPANS = 1000
"""Code behind so much code is read as prose, which hides nothing."""
_CODE_OPENS = re.compile(r"(?im)[<\[](code|pre)\b[^>\]]{0,300}[>\]]|^ {0,3}~~~")
_CODE_ENDS = {
    "code": re.compile(r"(?i)[<\[]/code"),
    "pre": re.compile(r"(?i)[<\[]/pre"),
    "": re.compile("(?m)^ {0,3}~~~"),
}
_MOST_GLUED = 100
"""The same of addresses and pieces of one token."""


def is_host(host: str) -> bool:
    """Whether a lower-case name ends in a top-level domain that is no English word."""
    name, dot, top = host.rpartition(".")
    return bool(dot and name) and top in _TOP_LEVEL and name[0].isalnum()


def _is_address(token: str) -> bool:
    if "://" in token or token.startswith(("www.", "mailto:")):
        return True
    head, at, tail = token.rpartition("@")
    if at:
        top = tail.rpartition(".")[2]
        named = head[-1:].isalnum() and tail[:1].isalnum() and len(top) > 1
        return named and "." in tail and top.isalpha()
    host, slash, path = token.partition("/")
    if slash and path and host.rpartition(".")[2] in _SHORTENED:
        return len(host) > _SHORTEST_CODE
    return is_host(host.split(":", 1)[0]) if "." in token else False


def _is_path(token: str) -> bool:
    if token.startswith(("/", "~/", "./", "../")):
        return token.count("/") > 1 and not token.strip("/").isalpha()  # who stresses a /word/
    if token[3:] and token[1:3] in {":\\", ":/"}:
        return True
    name, _, ending = token.rpartition(".")
    return ending in _FILE_ENDINGS and name[1:].isalnum()


def _is_long(name: str) -> bool:
    """Whether it is no single letter, as between `f::u::c::k`."""
    return len(name) > 1


def _is_code(written: str) -> bool:
    token = written.rstrip(".,;:!?")
    if token.endswith("()") or "->" in token[:-2] or any(map(_is_long, token.split("::")[1:])):
        return True
    if len(token) < _SHORTEST_CODE or not _HEX.issuperset(token):
        return False
    return any(char.isdigit() for char in token)


def is_no_prose(token: str) -> bool:
    """Whether a lower-case token between white space is an address, a path or code."""
    bare = token.strip(_WRAPPING)
    return _is_address(bare) or _is_path(bare) or _is_code(token)


def _schemed(piece: str) -> Iterator[tuple[int, int]]:
    """Yield the addresses of a piece that begin as links do, with the brackets around them."""
    at = 0
    while found := _SCHEME.search(piece, at):
        start, end = found.start(), len(piece)
        if piece[start - 1 : start] == "(":
            start, end = start - 1, piece.find(")", start) + 1 or end
        before = piece[at:start]
        bare = not any(map(str.isalnum, before)) or is_no_prose(before)  # `x.org/?to=https://…`
        yield (at if bare else start), end
        at = end


def _named(piece: str) -> int:
    """Return where the host or mailbox begins that a piece is: `casino,casino.example`."""
    head = re.split("[@.]", piece, maxsplit=1)[0]
    return len(head) - len(_NO_HOST.split(head)[-1])


def _addresses(token: str) -> Iterator[tuple[int, int]]:
    """Yield the parts of a token that are addresses: what is glued to them is prose."""
    for found in islice(_PIECE.finditer(token), _MOST_GLUED):
        piece, at = found[0], found.start()
        if _SCHEME.search(piece):
            yield from ((at + start, at + end) for start, end in _schemed(piece))
        elif _is_address(piece.strip(_WRAPPING)):
            yield at + _named(piece), found.end()


def _no_prose(token: str) -> list[tuple[int, int]]:
    """Return the parts of a token that are no prose."""
    if _is_path(token.strip(_WRAPPING)) or (_is_code(token) and not _SCHEME.search(token)):
        return [(0, len(token))]
    return list(islice(_addresses(token), _MOST_GLUED))


def _code_spans(text: str) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    at = text.find("`")
    while at >= 0 and len(spans) < _MOST_SPANS:
        if text[at - 1 : at].isalnum():  # a separator within a word, not the start of code
            at = text.find("`", at + 1)
            continue
        fence = "```" if text.startswith("```", at) else "`"
        end = text.find(fence, at + len(fence), at + (_LONGEST_CODE if fence == "`" else 1 << 16))
        if end < 0:
            break
        spans.append((at, end + len(fence)))
        at = text.find("`", end + len(fence))
    return spans


def code_blocks(text: str) -> list[tuple[int, int]]:
    """Return where code stands between tags or tildes, in a text as written.

    It is no blank to the matcher, as code between back-ticks is: a tag is what people see nothing
    of, so what is said in plain words behind it counts.
    """
    spans: list[tuple[int, int]] = []
    at = 0
    while (opens := _CODE_OPENS.search(text, at)) and len(spans) < _MOST_SPANS:
        ends = _CODE_ENDS[(opens[1] or "").lower()].search(text, opens.end())
        if ends is None:
            break
        spans.append((opens.end(), ends.start()))
        at = ends.end()
    return spans


def has_inner(text: str, signs: tuple[str, ...]) -> bool:
    """Whether one of the signs stands anywhere but before a space or at the very end."""
    # No generator: to make one costs more than to search a short text.
    inner = [sign for sign in signs if sign in text and sign in text.replace(sign + " ", "")[:-1]]
    return bool(inner)


def _suspects(text: str, signs: frozenset[str]) -> bool:
    """Whether the text has a sign that addresses, paths or codes need; most have none."""
    return not _RARE_SIGNS.isdisjoint(signs) or has_inner(text, (".",))


def token_at(text: str, token: str, at: int) -> int:
    """Return where `token` next stands between white space; it must be there."""
    at = text.index(token, at)
    while not (
        text[at - 1 : at].strip() == "" == text[at + len(token) : at + len(token) + 1].strip()
    ):
        at = text.index(token, at + 1)
    return at


def _is_suspect(token: str) -> bool:
    return not _RARE_SIGNS.isdisjoint(token) or "." in token[:-1]


def _token_spans(text: str) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    at = 0
    tokens = text.split()
    odd = [token for token in frozenset(tokens) if not token.isalpha()]
    refused = {t: _no_prose(t) for t in odd if _is_suspect(t) and is_no_prose(t)}
    for token in tokens if refused else ():
        if token in refused:
            at = token_at(text, token, at)
            spans += [(at + start, at + end) for start, end in refused[token]]
            at += len(token)
    return spans


def prose(text: str, signs: frozenset[str]) -> str:
    """`text` (folded, of these signs) with blanks in place of addresses, paths and code."""
    spans = _code_spans(text) if "`" in text else []
    if _suspects(text, signs):
        spans += _token_spans(text)
    if not spans:
        return text
    chars = list(text)
    for start, end in spans:
        chars[start:end] = " " * (end - start)
    return "".join(chars)
