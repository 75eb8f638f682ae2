r"""A policy's own patterns, on RE2: linear in the length of the text, slow where large.

RE2's `\b`, `\w` and `\d` know ASCII only, and its `(?i)` folds single letters only; patterns
here always ignore case unless they begin with `(?-i)`.
"""

import re
from collections.abc import Callable

import re2

from rules.verdict import Match

Watch = Callable[[], bool]
"""Asked before each search whether there is time for one; may raise TooSlow to end it all."""

_LONGEST = 1000
_MEMORY = 1 << 20
_MOST_MATCHES = 50
_AHEAD = "RE2 has no look-ahead: write the rule as two conditions joined by `and`"
_NOT_AHEAD = "RE2 has no look-ahead: write the rule as two conditions, the second with `not`"
_BEHIND = "RE2 has no look-behind: match the text before it too"
_BACK = "RE2 has no back-references: they cannot be matched in linear time"
_BACKSPACE = "\x08"
_HINTS = {
    "(?=": _AHEAD, "(?!": _NOT_AHEAD, "(?<": _BEHIND, "\\k": _BACK,
    **{f"\\{figure}": _BACK for figure in range(1, 10)},
    "(?>": "RE2 never goes back: write (?:", "++": "RE2 never goes back: write +",
    "*+": "RE2 never goes back: write *", "(?#": "write what it means as the rule's description",
    "\\Z": "write $ or \\z", "\\u": "write \\x{41} for U+0041", "\\h": "write [ \\t]",
    "repetition size": "RE2 repeats a thousand times at most, one within another multiplied",
    "too large": "let it repeat less",
}  # fmt: skip
"""What to do, by a sign of RE2's message."""
_ANY = ("\x01" * 5000, "The quick brown fox, 123 <a> & so on!\n\u041f\u0440, \u4f60. " * 50)
"""Texts that have nothing in common: a pattern that they both match matches everything."""


class TooSlow(Exception):
    """What a policy is tried on has taken all the time that it may take."""


class PatternRefused(ValueError):
    """A pattern that RE2 does not take; `at` is its place, `hint` says what to write instead."""

    def __init__(self, message: str, hint: str | None = None, at: int = 0) -> None:
        super().__init__(message)
        self.hint, self.at = hint, at


def unwatched() -> bool:
    """Let a search take the time that it takes."""
    return True


def _refused(source: str, said: str) -> PatternRefused:
    """Return RE2's complaint, which ends with the fragment that it is about, placed."""
    message, _, fragment = said.partition(": ")
    hint = next((hint for sign, hint in _HINTS.items() if sign in said), None)
    if message in {"missing )", "unexpected )"}:
        return PatternRefused(message, hint, _unbalanced(source))
    shown = said if fragment and fragment != source else message
    return PatternRefused(shown, hint, max(0, source.rfind(fragment)) if fragment else 0)


def _unbalanced(source: str) -> int:
    """Return where the round bracket is that has no partner."""
    opened: list[int] = []
    at, in_class = 0, False
    while at < len(source):
        char = source[at]
        if char == "\\":
            at += 1
        elif in_class:
            in_class = char != "]"
        elif char == "[":
            in_class = True
            at += source[at + 1 : at + 2] == "]"
        elif char == "(":
            opened.append(at)
        elif char == ")" and not opened:
            return at
        elif char == ")":
            opened.pop()
        at += 1
    return opened[-1] if opened else 0


def literal(text: str) -> str:
    """Return a pattern of a text as it stands."""
    return re.escape(text).replace(r"\ ", " ")


class Pattern:
    """A compiled pattern; raises PatternRefused for one that is invalid or too long.

    Line ends around it are not part of it: a block of YAML has one at its end.
    """

    def __init__(self, given: str) -> None:
        source = given.strip("\r\n")
        if not source or len(source) > _LONGEST:
            raise PatternRefused(f"must have 1 to {_LONGEST} characters, has {len(source)}")
        if _BACKSPACE in source:  # nobody writes one into a comment
            hint = r"write `\\b`; a key's pattern may stand in single quotes instead"
            message = r"`\b` in quotes has become a backspace"
            raise PatternRefused(message, hint, given.index(_BACKSPACE))
        options = re2.Options()
        options.log_errors = False
        options.max_mem = _MEMORY
        options.case_sensitive = False
        try:
            self._compiled = re2.compile(source, options)
        except (re2.error, UnicodeError) as error:
            message = error.args[0] if error.args else "is invalid"
            text = message.decode() if isinstance(message, bytes) else str(message)
            raise _refused(given, text) from error
        self.source = source

    @property
    def always(self) -> bool:
        """Whether it matches every text, as `.*` does."""
        return all(self._compiled.search(text) is not None for text in ("", *_ANY))

    def found(self, text: str, watch: Watch = unwatched) -> bool | None:
        """Whether it matches somewhere in `text` (no lone surrogates); None without the time."""
        return self._compiled.search(text) is not None if watch() else None

    def matches(self, field: str, text: str, watch: Watch = unwatched) -> list[Match]:
        """Where the pattern matches, at most 50 places; empty matches are no evidence."""
        found: list[Match] = []
        if not watch():
            return found
        for match in self._compiled.finditer(text):
            start, end = match.span()
            if end > start:
                found.append(
                    Match(field=field, start=start, end=end, text=text[start:end], term=self.source)
                )
            # The next one may be as far to look for as the first.
            if len(found) == _MOST_MATCHES or not watch():
                break
        return found
