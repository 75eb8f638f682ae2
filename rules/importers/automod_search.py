"""AutoModerator's search checks, such as `~title+body (includes, regex): [...]`, as conditions."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from rules.importers.literals import fits_list, quoted, word_ends
from rules.patterns import Pattern, PatternRefused, literal

_FIELDS = {
    "body": "body", "title": "thread.title", "name": "author.name", "url": "url",
    "domain": "domain", "author": "author.name",
}  # fmt: skip
METHODS = ("includes-word", "includes", "starts-with", "ends-with", "full-exact", "full-text")
_ALONE = {"domain": "domain", "url": "includes"}
"""How a field is searched where nothing is said, if it is the only one."""
_LISTED = {"body": ("body", "links"), "url": ("links",)}
"""Where a list finds what the text holds: prose is read without its links."""
_AROUND = {
    "includes": ("", ""),
    "starts-with": ("^", ""),
    "ends-with": ("", "$"),
    "full-exact": ("^", "$"),
    "full-text": (r"^[\s\pP]*", r"[\s\pP]*$"),
}


@dataclass(frozen=True)
class Check:
    """A search check, taken apart: which fields, searched how, reversed or not."""

    fields: tuple[str, ...]
    method: str
    regex: bool
    case: bool
    reversed: bool


def read_check(key: str) -> Check | None:
    """Return the check that a key names, None where a field or a modifier of it is not known."""
    name, _, said = key.lstrip("~").partition("(")
    fields = [field.strip() for field in name.split("+")]
    modifiers = [word for word in re.split(r"[,\s)]+", said) if word]
    known = {*METHODS, "regex", "case-sensitive"}
    if not all(field in _FIELDS for field in fields) or not known.issuperset(modifiers):
        return None
    alone = _ALONE.get(fields[0], "includes-word") if len(fields) == 1 else "includes-word"
    method = next((word for word in modifiers if word in METHODS), alone)
    return Check(
        tuple(_FIELDS[field] for field in fields),
        method,
        "regex" in modifiers,
        "case-sensitive" in modifiers,
        key.startswith("~"),
    )


class Search:
    """Turns the checks of one rule into conditions; what cannot be carried over is in `notes`."""

    def __init__(self, rule_id: str) -> None:
        self.lists: dict[str, Any] = {}
        self.notes: list[str] = []
        self._id = rule_id

    def condition(self, check: Check, entries: Sequence[str]) -> dict[str, Any] | None:
        """Return a mapping that holds where one of the entries is in one of the fields.

        What must not be in a text is for patterns: a list passes over code, and more would match.
        """
        exact = check.regex or check.case or (check.reversed and "body" in check.fields)
        words = [] if exact else [entry for entry in entries if _fits(check, entry)]
        others = [entry for entry in entries if entry not in words]
        parts = [*self._word_list(check, words), *self._domains(check, entries)]
        parts += self._patterns(check, others)
        if not parts:
            return None
        found = parts[0] if len(parts) == 1 else {"any_of": parts}
        return {"none_of": [found]} if check.reversed else found

    def _named(self, kind: str, given: dict[str, Any]) -> dict[str, Any]:
        name = f"{self._id}-{kind}-{len(self.lists) + 1}"
        self.lists[name] = given
        return {"list": name}

    def _word_list(self, check: Check, words: list[str]) -> Iterator[dict[str, Any]]:
        places = (_LISTED.get(field, (field,)) for field in check.fields if field != "domain")
        fields = list(dict.fromkeys(chain.from_iterable(places)))
        if words and fields:
            star = "*" if check.method == "includes" else ""
            listed = [f"{star}{word}{star}" for word in words]
            yield self._named("words", {"words": listed, "fields": fields, "disguises": False})

    def _domains(self, check: Check, entries: Sequence[str]) -> Iterator[dict[str, Any]]:
        if "domain" not in check.fields:
            return
        if check.regex:
            self.notes.append("a pattern on `domain` is looked for in the whole text")
            yield from self._searched(check, ("body",), entries)
        else:
            domains = [entry for entry in entries if "." in entry and " " not in entry]
            if domains:
                yield self._named("domains", {"domains": domains})

    def _patterns(self, check: Check, entries: Sequence[str]) -> Iterator[dict[str, Any]]:
        fields = dict.fromkeys(_in_text(field) for field in check.fields if field != "domain")
        if entries and fields:
            if "url" in check.fields and "body" not in check.fields:
                self.notes.append("a pattern on `url` is looked for in the whole text")
            yield from self._searched(check, fields, entries)

    def _searched(
        self, check: Check, fields: Iterable[str], entries: Sequence[str]
    ) -> Iterator[dict[str, Any]]:
        patterns = [source for entry in entries for source in self._pattern(check, entry)]
        for field in fields if patterns else ():
            if field == "body":
                yield {"pattern": patterns}
            else:
                text = f'default({field}, "")' if check.reversed else field
                yield {"any_of": [f"matches({text}, {quoted(source)})" for source in patterns]}

    def _pattern(self, check: Check, entry: str) -> Iterator[str]:
        """Yield the pattern of an entry, none where RE2 refuses it."""
        inner = entry if check.regex else literal(entry)
        ends = word_ends(ascii_only=check.regex or entry.isascii())
        before, after = _AROUND.get(check.method, ends)
        source = f"{'(?-i)' if check.case else ''}{before}(?:{inner}){after}"
        try:
            if check.regex:
                Pattern(entry)  # by itself: of the whole, RE2 names what stands around it
            Pattern(source)
        except PatternRefused as error:
            why = error.hint or error
            self.notes.append(f"pattern `{entry[:80]}` is refused, left out: {why}")
        else:
            yield source


def _fits(check: Check, entry: str) -> bool:
    """Whether an entry can stand in a word list."""
    part = check.method == "includes"
    return (part or check.method == "includes-word") and fits_list(entry, part=part)


def _in_text(field: str) -> str:
    """Return where a pattern finds a field: links stand in the text."""
    return "body" if field == "url" else field
