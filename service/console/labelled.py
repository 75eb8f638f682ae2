"""Labelled comments from a file: JSON lines or CSV, each with a text and what it is."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from rules.comment import Comment
from service.console.check_input import faults
from service.console.rows import read_rows
from service.faults import Fault

_TEXT = ("body", "text")
_LABEL = ("label", "spam", "decision")
_YES = frozenset({"1", "1.0", "true", "yes", "spam", "reject"})
_NO = frozenset({"0", "0.0", "false", "no", "ham", "approve", "ordinary"})


@dataclass(frozen=True)
class Labelled:
    """A comment, and whether it is what the score is about."""

    comment: Comment
    label: bool


def read_labelled(path: Path) -> list[Labelled]:
    """Return the comments of a file; raise Fault that names the first line that is wrong.

    A row has `text` (or `body`, and any other field of a comment) and `label`: 1 or 0, true or
    false, spam or ham.
    """
    found = [_labelled(row, f"{path}:{line}") for line, row in read_rows(path)]
    if not found:
        raise Fault(f"{path} has no rows")
    return found


def _labelled(row: Any, where: str) -> Labelled:  # noqa: ANN401 - whatever the line holds
    if not isinstance(row, dict):
        raise Fault(f"{where}: this is no JSON object")
    return Labelled(_comment(row, where), _label(row, where))


def _comment(row: dict[str, Any], where: str) -> Comment:
    text = next((row[name] for name in _TEXT if row.get(name)), None)
    if text is None:
        raise Fault(f"{where}: has no `text`")
    fields = {name: row[name] for name in Comment.model_fields if row.get(name)}
    fields["body"] = text
    if isinstance(fields.get("author"), str):  # as in the YouTube collection: a name
        fields["author"] = {"name": fields["author"]}
    try:
        return Comment.model_validate_json(json.dumps(fields))
    except ValidationError as error:
        raise Fault(f"{where}: {faults(error)}") from error


def _label(row: dict[str, Any], where: str) -> bool:
    name = next((name for name in _LABEL if str(row.get(name, "")).strip()), None)
    word = str(row[name]).strip().lower() if name else ""
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise Fault(f"{where}: needs a `label` of 1 or 0, spam or ham")
