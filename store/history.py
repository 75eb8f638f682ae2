"""History: what the past says of authors and texts, looked up for whole batches.

Counts are of comments other than the one asked about. An author is known by the id that the
platform gives, else by the e-mail address; a comment without either has no past.
"""

from collections.abc import Sequence

from sqlalchemy import Connection

from rules.history import History
from store.as_of import AsOf
from store.author_past import past_of_authors
from store.floods import floods_around
from store.subject import Subject


def histories(
    tx: Connection,
    site_id: str,
    subjects: Sequence[Subject],
    as_of: AsOf,
    *,
    authors: bool,
    flood: bool,
) -> list[History]:
    """Return the history of each comment; only of the kinds that are asked for."""
    past: dict[str, dict[str, int]] = {}
    if authors and (ids := sorted({one.author_id for one in subjects if one.author_id})):
        past = past_of_authors(tx, site_id, ids, as_of)
    if not flood:
        return [History(**past.get(one.author_id or "", {})) for one in subjects]
    return [
        History(**past.get(one.author_id or "", {}), **around)
        for one, around in zip(subjects, floods_around(tx, site_id, subjects, as_of), strict=True)
    ]
