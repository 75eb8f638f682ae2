"""The past of a batch's comments, looked up only where a policy asks for it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from rules.history import History
from store.as_of import AsOf
from store.claims import ClaimedComment
from store.history import histories
from store.subject import Subject
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
            as_of = AsOf(now, again=[item.id for item in items] if again else ())
            known |= _of_site(tx, site_id, items, active, as_of)
    return known


def _of_site(
    tx: Connection,
    site_id: str,
    items: Sequence[ClaimedComment],
    active: ActivePolicy,
    as_of: AsOf,
) -> dict[str, History]:
    authors, flood = active.asks_for_authors, active.asks_for_floods
    if not (authors or flood):
        return {}
    subjects = [Subject(item.author_id, item.ip_digest, item.fingerprint) for item in items]
    found = histories(tx, site_id, subjects, as_of, authors=authors, flood=flood)
    return dict(zip((item.id for item in items), found, strict=True))
