r"""A policy's own patterns, on RE2: linear in the length of the text, whatever the pattern.

RE2's `\b`, `\w` and `\d` know ASCII only, and its `(?i)` folds single letters only; patterns
here always ignore case unless they begin with `(?-i)`.
"""

import re2

from rules.verdict import Match

_LONGEST = 1000
_MEMORY = 1 << 20
_MOST_MATCHES = 50
_HINTS = {
    "(?=": "RE2 has no look-ahead: write the rule as two conditions joined by `and`",
    "(?!": "RE2 has no look-ahead: write the rule as two conditions, the second with `not`",
    "(?<": "RE2 has no look-behind: match the text before it too",
    "\\1": "RE2 has no back-references: they cannot be matched in linear time",
}


class PatternRefused(ValueError):
    """A pattern that RE2 does not take; `hint` says what to write instead."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


def _hint(source: str) -> str | None:
    return next((hint for sign, hint in _HINTS.items() if sign in source), None)


class Pattern:
    """A compiled pattern; raises PatternRefused for one that is invalid, too long or too large."""

    def __init__(self, source: str) -> None:
        if not source or len(source) > _LONGEST:
            raise PatternRefused(f"must have 1 to {_LONGEST} characters, has {len(source)}")
        options = re2.Options()
        options.log_errors = False
        options.max_mem = _MEMORY
        options.case_sensitive = False
        try:
            self._compiled = re2.compile(source, options)
        except (re2.error, UnicodeError) as error:
            message = error.args[0] if error.args else "is invalid"
            text = message.decode() if isinstance(message, bytes) else str(message)
            raise PatternRefused(text, _hint(source)) from error
        self.source = source

    def found(self, text: str) -> bool:
        """Whether the pattern matches somewhere in `text` (which has no lone surrogates)."""
        return self._compiled.search(text) is not None

    def matches(self, field: str, text: str) -> list[Match]:
        """Where the pattern matches, at most 50 places; empty matches are no evidence."""
        found: list[Match] = []
        for match in self._compiled.finditer(text):
            start, end = match.span()
            if end > start:
                found.append(
                    Match(field=field, start=start, end=end, text=text[start:end], term=self.source)
                )
            if len(found) == _MOST_MATCHES:
                break
        return found
