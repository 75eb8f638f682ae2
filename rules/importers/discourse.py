"""Discourse's watched words, as its CSV export writes them: one file for each action.

A row is `word`, `word,replacement` or `word,case_sensitive`; the name of the file says the action.
A file of several actions has a header, or the action in a column of its own.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from rules.importers.imported import Imported, imported
from rules.importers.literals import fits_list, passed_over, word_ends
from rules.patterns import Pattern, PatternRefused, literal

_ACTIONS = {
    "block": "reject", "require_approval": "review", "flag": "review", "silence": "review",
    "censor": "review", "tag": "approve", "replace": "", "link": "",
}  # fmt: skip
_CHANGED = {
    "censor": "`censor` becomes review: Tactful changes no text",
    "silence": "`silence` becomes review of an author's first comments: Tactful silences nobody",
    "tag": "`tag` becomes labels: comments with them pass",
    "flag": "`flag` becomes review: the comment waits",
}
_FIELDS = ["body", "links", "thread.title"]
_UNNAMED = "?"
_STAFF = 'author.role in ["administrator", "moderator", "staff"]'
_EXPRESSION = re.compile(r"\\[bBdDsSwW]|\(\?|\.[*+]|\[[^\]]+\]|\w\|\w")
_NAMED = re.compile(rf"(?:^|(?:^|_)watched_words_)({'|'.join(_ACTIONS)})(?:_copy)?$")
_UNTOLD = (
    "words without an action require approval: name the file `watched-words-ACTION.csv`, as in"
    " `watched-words-block.csv`, or write the action after each word, as in `word,block`"
)


@dataclass(frozen=True)
class _Row:
    line: int
    word: str
    action: str
    replacement: str
    case: bool


@dataclass
class _Found:
    """What of one action is in the file."""

    words: list[str] = field(default_factory=list)
    patterns: list[str] = field(default_factory=list)


def action_of_file(name: str) -> str | None:
    """Return the action that the name of an export says, also of one saved again: `block (1)`."""
    named = _NAMED.search("_".join(re.findall(r"[a-z]+", Path(name).stem.lower())))
    return named[1] if named else None


def _rows(text: str, action: str) -> Iterator[_Row]:
    try:
        read = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=None)))
    except csv.Error as error:
        raise ValueError(f"this is not a CSV file: {error}") from error
    header: list[str] = []
    for number, row in enumerate(read, start=1):
        cells = [cell.strip() for cell in row]
        if number == 1 and cells[:1] and cells[0].lower() == "word":
            header = [cell.lower() for cell in cells]
        elif cells and cells[0]:
            yield _row(number, cells, header, action)


def _row(number: int, cells: list[str], header: list[str], action: str) -> _Row:
    if header:
        named = dict(zip(header, cells, strict=False))
        said, case = named.get("action", ""), named.get("case_sensitive", "")
        replacement = named.get("replacement", "")
    else:
        said = next((cell for cell in cells[1:] if _key(cell) in _ACTIONS), "")
        case = next((cell for cell in cells[1:] if cell.lower() == "true"), "")
        others = [cell for cell in cells[1:] if cell not in {said, case}]
        replacement = others[0] if others else ""
    action = _key(said) if said else action
    return _Row(number, cells[0], action, replacement, case.lower() == "true")


def _key(action: str) -> str:
    return action.lower().replace(" ", "_").replace("-", "_")


def _pattern(row: _Row) -> str:
    """Return the pattern of a word that no list can hold; its * stands for what is no space."""
    if _EXPRESSION.search(row.word):
        inner = row.word
    else:
        inner = r"\S*".join(literal(piece) for piece in row.word.split("*"))
    before, after = word_ends(ascii_only=False)
    return f"{'(?-i)' if row.case else ''}{before}(?:{inner}){after}"


class _Sorting:
    """Words by action, and by label where they tag."""

    def __init__(self) -> None:
        self.found: dict[tuple[str, str], _Found] = {}
        self.notes: list[str] = []
        self.unnamed = False

    def take(self, row: _Row) -> None:
        """Sort a row in, or note why not."""
        told = f"line {row.line}: `{row.word[:60]}`"
        if row.action == _UNNAMED:
            row = replace(row, action="require_approval")
            self.unnamed = True
        if not _ACTIONS.get(row.action):
            why = f"action `{row.action}` has no counterpart: Tactful changes no text"
            self.notes.append(f"line {row.line}: {why}, `{row.word[:60]}` left out")
            return
        found = self.found.setdefault((row.action, _labels(row)), _Found())
        bare = row.word.strip("*")
        if not row.case and fits_list(bare, part=bare != row.word):
            found.words.append(row.word)
            return
        expression = _EXPRESSION.search(row.word)
        if expression:
            self.notes.append(f"{told} looks like a regular expression, and is read as one")
        try:
            if expression:
                Pattern(row.word)  # by itself: of the whole, RE2 names what stands around it
            found.patterns.append(Pattern(_pattern(row)).source)
        except PatternRefused as error:
            self.notes.append(f"{told} is refused, left out: {error.hint or error}")


def _labels(row: _Row) -> str:
    return row.replacement if row.action == "tag" else ""


def import_discourse(text: str, *, action: str | None = None) -> Imported:
    """Return a policy with a rule for each action of the CSV; raise ValueError.

    `action` is that of rows which name none: `require_approval` if not given.
    """
    sorting = _Sorting()
    for row in _rows(text, action or _UNNAMED):
        sorting.take(row)
    lists: dict[str, Any] = {}
    rules = [
        _rule(number, *key, found, lists)
        for number, (key, found) in enumerate(sorting.found.items(), start=1)
        if found.words or found.patterns
    ]
    document: dict[str, Any] = {"name": "discourse"}
    if lists:
        document["lists"] = lists
    if rules:
        document["conditions"] = {"staff": _STAFF}
    document["rules"] = rules
    used = {action for action, _ in sorting.found}
    if sorting.unnamed:
        sorting.notes.append(_UNTOLD)
    notes = [*sorting.notes, *(_CHANGED[kind] for kind in sorted(used & _CHANGED.keys()))]
    return imported(document, "Discourse's watched words", [*notes, *passed_over(lists)])


def _rule(
    number: int, action: str, labels: str, found: _Found, lists: dict[str, Any]
) -> dict[str, Any]:
    """Return the rule of an action; its words are added to `lists`."""
    name = action.replace("_", "-") + (f"-{number}" if labels else "")
    parts: list[dict[str, Any]] = []
    if found.words:
        words = list(dict.fromkeys(found.words))
        lists[name] = {"words": words, "fields": [*_FIELDS], "disguises": False}
        parts.append({"list": name})
    if found.patterns:
        parts.append({"pattern": list(dict.fromkeys(found.patterns))})
    condition = parts[0] if len(parts) == 1 else {"any_of": parts}
    rule: dict[str, Any] = {"id": name, **condition, "action": _ACTIONS[action]}
    if action == "silence":
        rule["when"] = "default(author.approved_count, 0) < 1"
    if labels:
        rule["labels"] = [label.strip() for label in labels.split(",") if label.strip()]
    return {**rule, "unless": "staff"}
