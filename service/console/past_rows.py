"""Comments of the past for a backtest: from a JSONL or CSV file, or from a site's database."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from rules.comment import Comment
from rules.history import History
from rules.tools.backtest import Past
from rules.verdict import Action
from service.console.check_input import faults
from service.console.past_histories import PastHistories
from service.console.rows import number, read_rows
from service.faults import Fault
from store.database import Database
from store.past_comments import PastComment, judged_between, outcomes_before
from store.records import MEANS
from store.spam_models import stored_model

_BATCH = 500
_ACTIONS: dict[str, Action] = {"approve": "approve", "review": "review", "reject": "reject"}


def stored_rows(
    database: Database, site_id: str, since: datetime, until: datetime
) -> Iterator[Past]:
    """Yield the judged comments of a site's period; reads in batches, holds no long transaction."""
    with database.read() as tx:
        histories = PastHistories(stored_model(tx, site_id).taught)
    after = ""
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
    decision = MEANS[row.decision] if row.decision else None
    return Past(row.comment, scores, row.verdict.action, decision, history, row.submitted_at)


def file_rows(path: Path) -> Iterator[Past]:
    """Return the comments of a file; raise Fault with the line of what cannot be read.

    A line of JSONL, like a row of CSV, has `body` or `text`; `scores` (JSONL) or a column for each
    score (CSV); `action` for what was said then, `decision` for what a person said; `history` or
    columns such as `history.approved`.
    """
    return (_row(row, path, line) for line, row in read_rows(path))


def _row(row: Any, path: Path, line: int) -> Past:  # noqa: ANN401 - whatever the line holds
    if not isinstance(row, dict):
        raise Fault(f"{path}:{line}: this is no JSON object")
    try:
        said, decision = _one_of(row, "action", _ACTIONS), _one_of(row, "decision", MEANS)
        return Past(_comment(row), _scores(row), said, decision, _history(row))
    except (ValidationError, ValueError) as error:
        told = faults(error) if isinstance(error, ValidationError) else error
        raise Fault(f"{path}:{line}: this is no comment: {told}") from error


def _one_of(row: dict[str, Any], key: str, words: Mapping[str, Action]) -> Action | None:
    """Return what a row says of itself; ValueError for a word that nobody says."""
    said = row.get(key)
    if said in {None, ""}:
        return None
    if said not in words:
        raise ValueError(f"{key} must be {', '.join(words)}, or nothing")
    return words[str(said)]


def _history(row: dict[str, Any]) -> History:
    given = row.get("history") or {
        name.removeprefix("history."): number(value)
        for name, value in row.items()
        if name and name.startswith("history.") and value
    }
    return History.model_validate(given)


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
    scores = {
        name: number(value)
        for name, value in pairs
        if name in SCORE_NAMES and value not in ("", None)
    }
    for name, score in scores.items():
        if not 0 <= score <= 1:
            raise ValueError(f"the score `{name}` must be 0 to 1")
    return scores
