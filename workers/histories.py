"""The past of a batch's comments, looked up only where a policy asks for it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from rules.history import History
from store.claims import ClaimedComment
from store.history import Subject, histories
from workers.policies import ActivePolicy

NOTHING_KNOWN = History()


def histories_of(
    tx: Connection,
    claimed: Sequence[ClaimedComment],
    policies: Mapping[str, ActivePolicy],
    now: datetime,
    *,
    again: bool = False,
) -> dict[str, History]:
    """Return {comment id: its history}, for comments whose policy looks at it.

    With `again`, they were judged before, together, at `now`.
    """
    by_site: dict[str, list[ClaimedComment]] = defaultdict(list)
    for item in claimed:
        by_site[item.site_id].append(item)
    known: dict[str, History] = {}
    for site_id, items in by_site.items():
        if active := policies.get(site_id):
            known |= _of_site(tx, site_id, _subjects(items, again=again), active, now)
    return known


def _of_site(
    tx: Connection,
    site_id: str,
    subjects: Mapping[str, Subject],
    active: ActivePolicy,
    now: datetime,
) -> dict[str, History]:
    authors, flood = active.asks_for_authors, active.asks_for_floods
    if not (authors or flood):
        return {}
    found = histories(tx, site_id, list(subjects.values()), now, authors=authors, flood=flood)
    return dict(zip(subjects, found, strict=True))


def _subjects(items: Sequence[ClaimedComment], *, again: bool) -> dict[str, Subject]:
    """Return {comment id: whose past is asked for}."""
    return {
        item.id: Subject(
            item.author_id, item.ip_digest, item.fingerprint, item.id if again else None
        )
        for item in items
    }
