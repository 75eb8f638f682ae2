"""Comments alike: those in the queue that share something with one of them.

The same letters are looked up in the whole queue; similar ones among the first of it.
"""

from collections.abc import Sequence
from typing import Literal

from sqlalchemy import Connection

from rules.fingerprint import fingerprint
from store.acts import MOST_AT_ONCE
from store.campaign_groups import campaign_of
from store.review import Looker, QueueItem, waiting_comments
from store.review_finding import QueueFilter

Likeness = Literal["author", "rule", "text", "campaign"]
COMPARED = 1_000  # waiting comments, the first in the queue, whose texts are compared
SHINGLE = 4  # characters
ALIKE = 0.6  # of the shingles of both texts together; measured in tests/review/test_alike.py


def alike(
    tx: Connection,
    site_id: str,
    item: QueueItem,
    by: Likeness,
    looker: Looker,
    queue: str,
) -> Sequence[QueueItem]:
    """Return the comment and those of its queue that are like it, MOST_AT_ONCE at most."""
    wanted, most = _wanted(tx, item, by, queue), MOST_AT_ONCE if by != "text" else COMPARED
    if wanted is None:
        return [item]
    found = waiting_comments(tx, site_id, wanted, looker, limit=most)
    if by == "text":
        found = [*_same(tx, site_id, item, looker, queue), *_near(item.comment.body, found)]
    return list({other.id: other for other in (item, *found)}.values())[:MOST_AT_ONCE]


def _same(
    tx: Connection, site_id: str, item: QueueItem, looker: Looker, queue: str
) -> Sequence[QueueItem]:
    """Return those of the whole queue with the same letters: a flood's are far apart in it."""
    of_text = fingerprint(item.comment.body)
    if of_text is None:
        return []
    wanted = QueueFilter(queue, fingerprint=of_text)
    return waiting_comments(tx, site_id, wanted, looker, limit=MOST_AT_ONCE)


def _wanted(tx: Connection, item: QueueItem, by: Likeness, queue: str) -> QueueFilter | None:
    """Return the filter of the candidates; None where nothing can be alike in this way."""
    if by == "campaign":
        campaign = campaign_of(tx, item.id)
        return QueueFilter(queue, campaign=campaign) if campaign else None
    if by == "author":
        author = item.comment.author.id
        return QueueFilter(queue, author=author) if author else None
    if by == "rule":
        rules = [reason.rule for reason in item.verdict.reasons]
        decided = [reason.rule for reason in item.verdict.reasons if reason.decided]
        return QueueFilter(queue, rule=(decided or rules)[0]) if rules else None
    return QueueFilter(queue)


def _near(body: str, others: Sequence[QueueItem]) -> list[QueueItem]:
    mine = shingles(body)
    return [other for other in others if likeness(mine, shingles(other.comment.body)) >= ALIKE]


def shingles(text: str) -> frozenset[str]:
    """Return the overlapping parts of a text, without case, numbers and spaces.

    Source: Broder, "On the resemblance and containment of documents" (1997).
    """
    letters = "".join(c for c in text.casefold() if c.isalpha())[:2_000]
    return frozenset(letters[i : i + SHINGLE] for i in range(max(1, len(letters) - SHINGLE + 1)))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the share 0..1 of the parts that both texts have (Jaccard)."""
    return len(one & other) / max(1, len(one | other))
