"""Faults in the shape of a policy document, told in the words of its writer."""

from collections.abc import Callable
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from rules.errors import Problem
from rules.loading.schema import known_keys
from rules.loading.source import Path, Source

MOST_TOLD = 50  # a nearest key is looked for with each

_NOUNS = {
    "string_type": "a text",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "float_type": "a number",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
}
_LIMITS: dict[str, Callable[[dict[str, Any]], str]] = {
    "string_pattern_mismatch": lambda _: (
        "must begin with a letter and have only letters, figures, - and _, at most 64"
    ),
    "string_too_short": lambda _: "must not be empty",
    "string_too_long": lambda limit: f"must have at most {limit['max_length']} characters",
    "too_short": lambda _: "must not be empty",
    "too_long": lambda limit: f"must have at most {limit['max_length']} entries",
    "greater_than_equal": lambda limit: f"must be at least {limit['ge']}",
    "less_than_equal": lambda limit: f"must be at most {limit['le']}",
}
_YES, _NO = frozenset({"yes", "on", "y", "true"}), frozenset({"no", "off", "n", "false"})


def shape_problems(error: ValidationError, source: Source) -> list[Problem]:
    """Return one problem for each place at fault.

    Where a value may be of several shapes pydantic tells of each; of those the one counts that
    reads the value furthest. No more than MOST_TOLD are told, the number of the others instead.
    """
    groups: dict[Path, list[ErrorDetails]] = {}
    for detail in error.errors(include_url=False):
        groups.setdefault(_path(detail, source), []).append(detail)
    around = {path[:length] for path in groups for length in range(len(path))}
    furthest = [(path, details) for path, details in groups.items() if path not in around]
    furthest.sort(key=lambda fault: source.place(fault[0]))
    told = [_problem(path, details, source) for path, details in furthest[:MOST_TOLD]]
    if untold := len(furthest) - len(told):
        last, message = told[-1], f"and {untold} more faults"
        told.append(Problem(line=last.line, column=last.column, message=message))
    return told


def _path(detail: ErrorDetails, source: Source) -> Path:
    """Return where a fault is in the document: its location without the names of shapes."""
    path: Path = ()
    for part in detail["loc"]:
        if (*path, part) in source.places:
            path = (*path, part)
    return (*path, detail["loc"][-1]) if detail["type"] == "missing" else path


def _problem(path: Path, details: list[ErrorDetails], source: Source) -> Problem:
    line, column = source.place(path)
    message, hint = _told(path, details)
    if details[0]["type"] == "extra_forbidden" or "[key]" in details[0]["loc"]:
        line, column = source.keys.get(path, (line, column))
    return Problem(line=line, column=column, message=message, hint=hint)


def _told(path: Path, details: list[ErrorDetails]) -> tuple[str, str | None]:
    first, key = details[0], str(path[-1]) if path else "policy"
    if first["type"] == "missing":
        return f"`{key}` is missing", None
    if first["type"] == "extra_forbidden":
        near = get_close_matches(key, known_keys(path), n=1)
        return f"there is no key `{key}` here", f"did you mean `{near[0]}`?" if near else None
    for detail in details:
        if limit := _LIMITS.get(detail["type"]):  # of the right shape, then
            return f"{_name(path)} {limit(detail.get('ctx', {}))}", None
    return f"{_name(path)} must be {_wanted(details)}", _hint(path, details)


def _wanted(details: list[ErrorDetails]) -> str:
    """Return what shapes the value may have: `a text or a list`."""
    wanted = [
        str(detail["ctx"]["expected"])
        if detail["type"] == "literal_error"
        else _NOUNS.get(detail["type"], detail["msg"])
        for detail in details
    ]
    return " or ".join(dict.fromkeys(wanted))


def _name(path: Path) -> str:
    """Return what the value at a path is called."""
    named = [part for part in path if isinstance(part, str)]
    if not named:
        return "a policy"
    return f"`{named[-1]}`" if path[-1] == named[-1] else f"each of `{named[-1]}`"


def _hint(path: Path, details: list[ErrorDetails]) -> str | None:
    kinds, value = {detail["type"] for detail in details}, details[0]["input"]
    if "bool_type" in kinds and str(value).lower() in _YES | _NO:
        said = "true" if str(value).lower() in _YES else "false"
        return f"`{value}` is a text here: write {said}"
    if path[-1:] == ("when",) and isinstance(value, dict):
        return "write its keys into the rule, without `when`"
    if "string_type" in kinds and isinstance(value, int | float):
        return "put it in quotes"
    if "int_type" in kinds and isinstance(value, str) and value.isdigit():
        return "take the quotes away"
    if "list_type" in kinds and isinstance(value, str):
        return f"write [{value[:40]}]"
    return None
