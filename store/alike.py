"""Comments alike: those in the queue that share something with one of them, each by an index."""

from collections.abc import Sequence, Set
from typing import Literal

from sqlalchemy import Connection, select

from rules.fingerprint import fingerprint
from store.acts import MOST_AT_ONCE
from store.campaign_groups import campaign_of
from store.kept_addresses import author_key
from store.review import Looker, QueueItem, comments_of_queue, waiting_comments
from store.review_finding import QueueFilter
from store.review_words import sharing_words
from store.stored import stored_comment
from store.tables import comments

Likeness = Literal["author", "rule", "text", "campaign"]
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
    found: list[QueueItem] = []
    if (wanted := _wanted(tx, item, by, queue)) is not None:
        found += waiting_comments(tx, site_id, wanted, looker, limit=MOST_AT_ONCE)
    if by == "text":
        near = _near(tx, site_id, item, {other.id for other in found})
        found += comments_of_queue(tx, site_id, queue, near, looker)
    return list({other.id: other for other in (item, *found)}.values())[:MOST_AT_ONCE]


def _wanted(tx: Connection, item: QueueItem, by: Likeness, queue: str) -> QueueFilter | None:
    """Return the filter of the candidates; None where nothing can be alike in this way."""
    if by == "campaign":
        campaign = campaign_of(tx, item.id)
        return QueueFilter(queue, campaign=campaign) if campaign else None
    if by == "author":
        author = author_key(item.comment.author)
        return QueueFilter(queue, author=author) if author else None
    if by == "rule":
        rules = [reason.rule for reason in item.verdict.reasons]
        decided = [reason.rule for reason in item.verdict.reasons if reason.decided]
        return QueueFilter(queue, rule=(decided or rules)[0]) if rules else None
    of_text = fingerprint(item.comment.body)
    return QueueFilter(queue, fingerprint=of_text) if of_text else None


def _near(tx: Connection, site_id: str, item: QueueItem, known: Set[str]) -> list[str]:
    """Return those with similar letters among those that share words, but for the `known`."""
    body = item.comment.body
    sharing = sharing_words(tx, site_id, item.id, body, limit=MOST_AT_ONCE)
    rows = tx.execute(
        select(comments.c.id, comments.c.content)
        .where(comments.c.id.in_([one for one in sharing if one not in known]))
        .where(comments.c.content.is_not(None))
    )
    mine = shingles(body)
    texts = ((row.id, stored_comment(row.content).body) for row in rows)
    return [one for one, text in texts if likeness(mine, shingles(text)) >= ALIKE]


def shingles(text: str) -> frozenset[str]:
    """Return the overlapping parts of a text, without case, numbers and spaces.

    Source: Broder, "On the resemblance and containment of documents" (1997).
    """
    letters = "".join(c for c in text.casefold() if c.isalpha())[:2_000]
    return frozenset(letters[i : i + SHINGLE] for i in range(max(1, len(letters) - SHINGLE + 1)))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the share 0..1 of the parts that both texts have (Jaccard)."""
    return len(one & other) / max(1, len(one | other))
