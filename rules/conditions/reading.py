"""From the text of an expression to Python's syntax tree, or what is wrong with the text.

Python's parser complains in words that are about Python; what people of other languages write is
told by its tokens first.
"""

import ast
import io
import keyword
import tokenize
import warnings
from collections.abc import Iterator
from contextlib import suppress

from rules.conditions.node import Wrong

_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")
_OTHERS = {
    "&&": "write `and`",
    "||": "write `or`",
    "!": "write `not`",
    "=>": "write `>=`",
    "=<": "write `<=`",
    "===": "write `==`",
    "<>": "write `!=`",
    "=": "write `==` to compare",
    "%": "write a share as a number: 0.8 for 80 %",
}
_SIGNS = frozenset("&|!=<>%")
_SHOUTED = frozenset({"AND", "OR", "NOT", "IN"})
Tokens = list[tokenize.TokenInfo]


def syntax_tree(source: str) -> ast.expr:
    """Return the tree of an expression within brackets; Wrong, placed in `source`, if it is none.

    The tree's columns are of bytes, and in the first line one too many, for the bracket.
    """
    bracketed = f"({source}\n)"
    tokens = _tokens(bracketed)
    _refuse_unmatched(tokens, bracketed.count("\n"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # `"\d"` in a pattern is the writer's business
        try:
            return ast.parse(bracketed, mode="eval").body
        except SyntaxError as error:
            raise _foreign(tokens) or _as_told(error, source) from error
        except (ValueError, RecursionError, MemoryError) as error:
            raise Wrong("cannot be read: nested too deeply or holds NUL", 1, 1) from error


def _tokens(bracketed: str) -> Tokens:
    """Return the tokens up to the first that cannot be read."""
    found: Tokens = []
    with suppress(tokenize.TokenError, SyntaxError):
        found.extend(tokenize.generate_tokens(io.StringIO(bracketed).readline))
    return found


def _at(token: tokenize.TokenInfo, message: str, hint: str | None = None) -> Wrong:
    line, column = token.start
    return Wrong(message, line, column + (line > 1), hint)


def _refuse_unmatched(tokens: Tokens, last: int) -> None:
    """Raise Wrong for a bracket that would close the bracket around the whole expression."""
    depth = 0
    for token in tokens:
        depth += (token.string in _OPENING) - (token.string in _CLOSING)
        if token.string in _CLOSING and depth == 0 and token.start[0] <= last:
            raise _at(token, f"unmatched '{token.string}'")


def _foreign(tokens: Tokens) -> Wrong | None:
    """Return what another language's writing is called here, None where it is not that."""
    within = [token for token in tokens if token.string.strip()][1:]
    before = None
    for token, sign in _joined(within):
        if sign in _OTHERS:
            return _at(token, f"`{sign}` is not part of the language", _OTHERS[sign])
        if sign in _SHOUTED:
            return _at(token, f"`{sign}` is not part of the language", f"write `{sign.lower()}`")
        if before is not None and _ends_value(before) and _is_value(token):
            return _at(token, f"`and` or `or` is missing before `{sign}`")
        before = token
    return None


def _joined(tokens: Tokens) -> Iterator[tuple[tokenize.TokenInfo, str]]:
    """Yield tokens with their text; signs that touch each other come as one."""
    at = 0
    while at < len(tokens):
        token, sign = tokens[at], tokens[at].string
        while (
            at + 1 < len(tokens)
            and tokens[at + 1].start == tokens[at].end
            and _SIGNS.issuperset(sign + tokens[at + 1].string)
        ):
            at += 1
            sign += tokens[at].string
        at += 1
        yield token, sign


def _is_value(token: tokenize.TokenInfo) -> bool:
    if token.type == tokenize.NAME:
        return not keyword.iskeyword(token.string) or token.string in {"True", "False", "None"}
    return token.type in {tokenize.NUMBER, tokenize.STRING}


def _ends_value(token: tokenize.TokenInfo) -> bool:
    return _is_value(token) or token.string in {")", "]"}


def _as_told(error: SyntaxError, source: str) -> Wrong:
    """Return what Python's parser says, without what is about Python."""
    message = (error.msg or "").removeprefix("invalid syntax").strip(". ").split(" (detected")[0]
    if not message or "comma" in message:
        message = "this cannot be read"
    rows = source.split("\n")
    line = min(error.lineno or 1, len(rows))
    column = (error.offset or 1) - (line == 1)
    if line != error.lineno:
        column = len(rows[-1]) + 1
    return Wrong(message, line, max(1, column))
