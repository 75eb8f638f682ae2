"""What a YAML parser complains of, with what its writer most likely meant."""

from typing import Any

from rules.errors import Problem

_QUOTES = "put the text in quotes"
_HINTS = {
    "tab character": "indent with spaces, not tabs",
    "found undefined alias": 'a text that begins with * stands in quotes: "*press*"',
    "found unknown escape character": r"write it in single quotes, as in '\d+'",
    "mapping values are not allowed": "put a text with a colon in quotes; or look at the indent",
    "found another document": "a policy is one document: take the `---` away",
    "did not find expected key": "close the brackets and quotes, and put a text with { in quotes",
    "did not find expected ',' or": "close the brackets, and put a text with [ ] { } , in quotes",
    "did not find expected '-'": "indent what belongs together alike",
    "did not find expected node": _QUOTES,
    "found unexpected end of stream": "a quote is opened and never closed",
    "control characters": "the file may be no text, or in another encoding than UTF-8",
}
_SPECIAL = "@`%&*!|>#?"


def unreadable(text: str, error: Exception) -> Problem:
    """Return the fault that the parser found in `text`, at its place."""
    mark: Any = getattr(error, "problem_mark", None)
    message = getattr(error, "problem", None) or str(error).splitlines()[0]
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    return Problem(
        line=line,
        column=column,
        message=f"this is not YAML: {message}",
        hint=_hint(message, text, line, column),
    )


def _hint(message: str, text: str, line: int, column: int) -> str | None:
    if "cannot start any token" in message:
        return _at(text, line, column)
    return next((hint for sign, hint in _HINTS.items() if sign in message), None)


def _at(text: str, line: int, column: int) -> str:
    rows = text.split("\n")
    char = rows[line - 1][column - 1 : column] if line <= len(rows) else ""
    if char == "\t":
        return "indent with spaces, not tabs"
    return f"a text that begins with {char} stands in quotes" if char in _SPECIAL else _QUOTES
