"""Comments of the past for a backtest: from a JSONL or CSV file, or from a site's database."""

import csv
import json
from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any, get_args

from pydantic import ValidationError

from rules.backtest import Past
from rules.comment import Comment
from rules.history import History
from rules.verdict import Action
from service.console.past_histories import PastHistories
from service.faults import Fault
from store.database import Database
from store.past_comments import PastComment, judged_between, outcomes_before

_BATCH = 500
_PEOPLE: dict[str, Action] = {
    "approve": "approve", "ham": "approve", "reject": "reject", "spam": "reject",
}  # fmt: skip


def stored_rows(
    database: Database, site_id: str, since: datetime, until: datetime
) -> Iterator[Past]:
    """Yield the judged comments of a site's period; reads in batches, holds no long transaction."""
    after, histories = "", PastHistories()
    while True:
        with database.read() as tx:
            batch = judged_between(tx, site_id, since, until, after=after, limit=_BATCH)
            authors = histories.unknown(batch)
            histories.learn(authors, outcomes_before(tx, site_id, authors, since))
        for row in batch:
            yield _stored(row, histories.before(row))
        if len(batch) < _BATCH:
            return
        after = batch[-1].id


def _stored(row: PastComment, history: History) -> Past:
    scores = {name: score for name, score in row.verdict.scores.items() if name != "profanity"}
    decision = _PEOPLE[row.decision] if row.decision else None
    return Past(row.comment, scores, row.verdict.action, decision, history, row.submitted_at)


def file_rows(path: Path) -> Iterator[Past]:
    """Yield the comments of a file; raise Fault with the line of what cannot be read.

    A line of JSONL, like a row of CSV, has `body` or `text`; `scores` (JSONL) or a column for each
    score (CSV); `action` for what was said then, `decision` for what a person said.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            is_csv = path.suffix.lower() == ".csv"
            rows = csv.DictReader(file) if is_csv else map(_json, filter(str.strip, file))
            for number, row in enumerate(rows, start=2 if is_csv else 1):
                yield _row(row, path, number)
    except (OSError, UnicodeDecodeError) as error:
        raise Fault(f"cannot read {path}: {getattr(error, 'strerror', error)}") from error


def _json(line: str) -> Any:  # noqa: ANN401 - whatever the line holds
    try:
        return json.loads(line)
    except ValueError:
        return None


def _row(row: Any, path: Path, number: int) -> Past:  # noqa: ANN401 - as above
    if not isinstance(row, dict):
        raise Fault(f"{path}:{number}: this is no JSON object")
    try:
        return Past(_comment(row), _scores(row), _action(row.get("action")), _decision(row))
    except (ValidationError, ValueError) as error:
        told = error.errors()[0]["msg"] if isinstance(error, ValidationError) else error
        raise Fault(f"{path}:{number}: this is no comment: {told}") from error


def _comment(row: dict[str, Any]) -> Comment:
    fields = {name: row[name] for name in Comment.model_fields if row.get(name)}
    fields.setdefault("body", row.get("text") or "")
    for room in ("author", "thread"):
        nested = {
            name.removeprefix(room + "."): value
            for name, value in row.items()
            if name.startswith(room + ".") and value
        }
        if nested:
            fields[room] = nested
    return Comment.model_validate_json(json.dumps(fields))


def _scores(row: dict[str, Any]) -> dict[str, float]:
    from rules.facts.registry import SCORE_NAMES  # noqa: PLC0415 - not for --help

    given = row.get("scores")
    pairs = given.items() if isinstance(given, dict) else chain(row.items())
    return {name: float(value) for name, value in pairs if name in SCORE_NAMES and value != ""}


def _action(value: Any) -> Action | None:  # noqa: ANN401 - as above
    return value if value in get_args(Action) else None


def _decision(row: dict[str, Any]) -> Action | None:
    return _PEOPLE.get(str(row.get("decision")))
