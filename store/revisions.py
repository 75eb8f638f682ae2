"""The names of revisions, which tell old code whether it can live with a newer schema.

During a rolling upgrade, and after a release was taken back, code meets a schema that is newer
than itself. A revision that only adds is called `0007`: code of every earlier revision lives with
it. One that takes something away says from which revision on code does without it, as in
`0009_needs_0007`; and so do all that follow, for the database remembers its last revision only.

The file of a migration begins with its revision: so it takes no Alembic, whose import alone costs
each process a tenth of a second, to know them all.
"""

import re
from functools import cache
from pathlib import Path

MIGRATIONS = Path(__file__).parent / "migrations"
_NAME = re.compile(r"(?P<number>\d{4})(_needs_(?P<needs>\d{4}))?")
_FIRST = 1


@cache
def revisions() -> tuple[str, ...]:
    """Return the revisions that this version has migrations to, the newest last."""
    found = (_NAME.match(file.name) for file in (MIGRATIONS / "versions").glob("*.py"))
    return tuple(sorted(match[0] for match in found if match))


def number_of(revision: str) -> int | None:
    """Return where a revision stands in the order; None for a name of another kind."""
    match = _NAME.fullmatch(revision)
    return int(match["number"]) if match else None


def needed_by(revision: str) -> int | None:
    """Return the oldest revision whose code lives with this one; None for another kind of name."""
    match = _NAME.fullmatch(revision)
    return int(match["needs"] or _FIRST) if match else None


def lives_with(code: str, schema: str | None) -> bool:
    """Whether code of one revision can work on a schema of another: its own, or a newer one."""
    if schema is None:
        return False
    ours, theirs, needed = number_of(code), number_of(schema), needed_by(schema)
    if ours is None or theirs is None or needed is None:
        return code == schema
    return theirs >= ours >= needed
