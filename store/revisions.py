"""The names of revisions, which tell old code whether it can live with a newer schema.

During a rolling upgrade, and after a release was taken back, code meets a schema that is newer
than itself. A revision that only adds is called `0007`: code of every earlier revision lives with
it. One that takes something away says from which revision on code does without it, as in
`0009_needs_0007`; and so do all that follow, for the database remembers its last revision only.
"""

import re

_NAME = re.compile(r"(?P<number>\d{4})(_needs_(?P<needs>\d{4}))?")
_FIRST = 1


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
