"""CSV files (RFC 4180) that a spreadsheet can open without computing what a stranger wrote."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from itertools import chain

from flask import Response

# A spreadsheet would compute what begins so; some read the wide letters of East Asia alike. A cell
# begins within ours, too, where the separator is `;` or a tab, as `;` is in half of Europe.
_FORMULA = re.compile('(^|[;\t\r\n])(?=[ "]*[=+\\-@\uff1d\uff0b\uff0d\uff20])')

Cell = str | int | float | None


def csv_text(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """Return a table as CSV; an empty cell is what has no value."""
    return csv_rows(chain([header], rows))


def csv_rows(rows: Iterable[Sequence[Cell]]) -> str:
    """Return a part of a table as CSV."""
    out = io.StringIO()
    csv.writer(out).writerows([_safe(cell) for cell in row] for row in rows)
    return out.getvalue()


def csv_file(text: str | Iterable[str], name: str) -> Response:
    """Return a download called `name`.csv, of one text or of its parts as they come."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(text, headers=headers, content_type="text/csv; charset=utf-8")


def _safe(cell: Cell) -> Cell:
    return _FORMULA.sub(r"\1'", cell) if isinstance(cell, str) else cell
