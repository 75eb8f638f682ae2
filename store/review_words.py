"""Words of the comments that wait, so that a search looks into an index and reads no text.

A comment's words are here while it waits: they come with the verdict that asks for a person and
go with the decision. A search finds those that have, for each of its words, one that begins so.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import Column, Connection, ForeignKey, Index, String, Table, delete, insert, select

from rules.comment import Comment
from store.tables import comments, metadata

LONGEST = 32  # characters of a word that are kept
MOST = 300  # different words of a comment
MOST_ASKED = 8  # of a search
_BATCH = 1_000

review_words = Table(
    "review_words",
    metadata,
    Column("comment_id", ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True),
    # Compared byte by byte on both databases: what begins with a text is then a range.
    Column(
        "word",
        String(LONGEST).with_variant(String(LONGEST, collation="C"), "postgresql"),
        primary_key=True,
    ),
    Column("site_id", ForeignKey("sites.id", ondelete="CASCADE"), nullable=False),
    Index(None, "site_id", "word", "comment_id"),
    sqlite_with_rowid=False,
)


def words_of(text: str) -> list[str]:
    """Return the different words of a text, without case and accents, in order.

    What is written without spaces between words (Chinese, Japanese, Thai) is cut into pairs.
    """
    folded = unicodedata.normalize("NFKD", text).casefold()
    kept = (c if c.isalnum() else " " for c in folded if not unicodedata.combining(c))
    found: dict[str, None] = {}
    for run in "".join(kept).split():
        found.update(dict.fromkeys(_parts(run)))
        if len(found) >= MOST:
            break
    return list(found)[:MOST]


def keep_words(tx: Connection, site_of: Mapping[str, str], texts: Mapping[str, str]) -> None:
    """Note the words of {comment id: text}, whose sites are {comment id: site id}."""
    rows = [
        {"comment_id": one, "site_id": site_of[one], "word": word}
        for one, text in texts.items()
        for word in words_of(text)
    ]
    if rows:
        tx.execute(insert(review_words), rows)


def forget_words(tx: Connection, comment_ids: Sequence[str]) -> None:
    """Forget the words of comments that wait no more."""
    tx.execute(delete(review_words).where(review_words.c.comment_id.in_(comment_ids)))


def renew_words(tx: Connection, comment_ids: Sequence[str]) -> None:
    """Note the words of comments anew that wait again."""
    forget_words(tx, comment_ids)
    rows = tx.execute(
        select(comments.c.id, comments.c.site_id, comments.c.content)
        .where(comments.c.id.in_(comment_ids), comments.c.content.is_not(None))
        .where(comments.c.status == "scored", comments.c.action == "review")
    ).all()
    texts = {row.id: Comment.model_validate_json(row.content).body for row in rows}
    keep_words(tx, {row.id: row.site_id for row in rows}, texts)


def renew_all_words(tx: Connection) -> None:
    """Note the words of all that wait, for a database that had none."""
    waiting = select(comments.c.id).where(
        comments.c.status == "scored", comments.c.action == "review"
    )
    ids = list(tx.execute(waiting).scalars())
    for start in range(0, len(ids), _BATCH):
        renew_words(tx, ids[start : start + _BATCH])


def _parts(run: str) -> Iterator[str]:
    if all(_needs_no_spaces(c) for c in run) and len(run) > 1:
        yield from (run[at : at + 2] for at in range(len(run) - 1))
    else:
        yield run[:LONGEST]


def _needs_no_spaces(character: str) -> bool:
    return "\u0e00" <= character <= "\u0eff" or "\u3040" <= character <= "\u9fff"
