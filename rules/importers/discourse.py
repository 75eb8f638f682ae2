"""Discourse's watched words, as its CSV export writes them: `word,replacement,action[,case]`."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from rules.importers.imported import Imported, policy_yaml

_ACTIONS = {
    "block": "reject",
    "require_approval": "review",
    "require approval": "review",
    "flag": "review",
    "silence": "review",
    "censor": "review",
}


def _read(text: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text, newline=None)))
    except csv.Error as error:
        raise ValueError(f"this is not a CSV file: {error}") from error


def _rows(text: str) -> Iterator[tuple[int, str, str]]:
    for number, row in enumerate(_read(text), start=1):
        cells = [cell.strip() for cell in row]
        if not cells or not cells[0] or cells[0].lower() == "word":
            continue
        action = next((cell.lower() for cell in cells[1:] if cell.lower() in _ACTIONS), "")
        named = cells[2].lower() if len(cells) > 2 else ""  # noqa: PLR2004
        yield number, cells[0], action or named or "require_approval"


def import_discourse(text: str) -> Imported:
    """Return a policy with one list and one rule for each action of the CSV; raise ValueError."""
    words: dict[str, list[str]] = {}
    notes: list[str] = []
    for number, word, action in _rows(text):
        if action not in _ACTIONS:
            notes.append(f"line {number}: action `{action}` has no counterpart, `{word}` left out")
        elif "*" in word.strip("*") or not any(map(str.isalpha, word)):
            notes.append(f"line {number}: `{word}` has a wildcard inside or no letter, left out")
        else:
            words.setdefault(action.replace(" ", "_"), []).append(word)
    notes += [
        f"`{action}` becomes review: Tactful changes no text and no account"
        for action in sorted({"censor", "silence"} & words.keys())
    ]
    lists = {
        name.replace("_", "-"): {"words": entries, "disguises": False}
        for name, entries in words.items()
    }
    rules: list[dict[str, Any]] = [
        {"id": name, "list": name, "action": _ACTIONS[name.replace("-", "_")]} for name in lists
    ]
    document: dict[str, Any] = {"name": "discourse", "lists": lists, "rules": rules}
    if not lists:
        del document["lists"]
    comment = "Imported from Discourse's watched words."
    return Imported(policy=policy_yaml(document, comment), notes=notes)
