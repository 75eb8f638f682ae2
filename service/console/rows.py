"""Rows of a file: JSON, an object a line, or CSV as spreadsheets save it."""

import csv
import json
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any, TextIO

from service.console.text_files import open_text_file
from service.faults import Fault

_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}", re.ASCII)


def read_rows(path: Path) -> Iterator[tuple[int, Any]]:
    """Yield each row with its line: what JSON the line holds (None if none), or texts by column.

    Raise Fault for what cannot be read, and for a CSV without a column `text` or `body`.
    """
    with open_text_file(path) as file:
        try:
            yield from _table(file, path) if path.suffix.lower() == ".csv" else _lines(file)
        except csv.Error as error:
            raise Fault(f"cannot read {path}: {error}") from error


def number(given: Any) -> float:  # noqa: ANN401 - whatever the row holds
    """Return a number, which spreadsheets of many countries write with a comma; ValueError.

    `1,000` is a thousand in some of them and one in others.
    """
    if isinstance(given, str) and _THOUSANDS.fullmatch(given.strip()):
        raise ValueError(f"could not tell whether {given} has thousands or decimals")
    try:
        return float(given.replace(",", ".") if isinstance(given, str) else given)
    except TypeError as error:
        raise ValueError(f"could not convert to a number: a {type(given).__name__}") from error


def _lines(file: TextIO) -> Iterator[tuple[int, Any]]:
    return ((at, _json(line)) for at, line in enumerate(file, start=1) if line.strip())


def _json(line: str) -> Any:  # noqa: ANN401 - whatever the line holds
    try:
        return json.loads(line)
    except ValueError:
        return None


def _table(file: TextIO, path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the rows of a CSV; its cells are divided by what divides its heads."""
    head = file.readline()
    rows = csv.DictReader(chain([head], file), delimiter=max(",;\t", key=head.count))
    if not {"text", "body"} & set(rows.fieldnames or ()):
        raise Fault(f"{path}:1: there is no column `text` or `body`")
    yield from ((rows.line_num, row) for row in rows)
