"""The standing of a batch's authors, domains and address ranges, as facts for the policy."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from rules.history import History
from store.claims import ClaimedComment
from store.standing import Standing, Subject, combined, standings_of, subjects_of
from workers.policies import ActivePolicy


def with_standing(
    tx: Connection,
    claimed: Sequence[ClaimedComment],
    policies: Mapping[str, ActivePolicy],
    known: Mapping[str, History],
    now: datetime,
    half_life_days: float,
) -> dict[str, History]:
    """Return {comment id: its history}, with standing where the site's policy asks for it."""
    subjects: dict[str, dict[str, list[Subject]]] = defaultdict(dict)
    for item in claimed:
        active = policies.get(item.site_id)
        if active is not None and active.asks_for_standing:
            subjects[item.site_id][item.id] = subjects_of(item.site_id, item.comment)
    histories = dict(known)
    for site_id, of_comments in subjects.items():
        everybody = (subject for some in of_comments.values() for subject in some)
        standings = standings_of(tx, site_id, everybody, now, half_life_days)
        for comment_id, some in of_comments.items():
            before = histories.get(comment_id, History())
            histories[comment_id] = before.model_copy(update=_facts(standings, some))
    return histories


def _facts(
    standings: Mapping[str, Standing], subjects: Sequence[Subject]
) -> dict[str, float | None]:
    found = {
        kind: combined(standings, [one for one in subjects if one.kind in kinds])
        for kind, kinds in (
            ("author", {"author", "email"}),
            ("domain", {"domain"}),
            ("network", {"network"}),
        )
    }
    best_known = max(found["author"], key=lambda one: one.total, default=None)
    return {
        "author_reputation": best_known.reputation if best_known else None,
        "domain_spam_rate": max((one.spam_rate for one in found["domain"]), default=None),
        "ip_spam_rate": max((one.spam_rate for one in found["network"]), default=None),
    }
