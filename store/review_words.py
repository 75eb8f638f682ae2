"""Words of the comments that wait, so that a search looks into an index and reads no text.

A comment's words are here while it waits: they come with the verdict that asks for a person and
go with the decision. A search finds those that have, for each of its words, one that begins so.
Its scores are here, too, as words that no text has.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from functools import cache
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    Select,
    String,
    Table,
    bindparam,
    delete,
    func,
    insert,
    select,
    union_all,
)

from rules.comment import Comment
from rules.verdict import Verdict
from store.stored import stored_comment, stored_verdict
from store.tables import CURRENT_VERDICT, comments, metadata, verdicts

LONGEST = 32  # characters of a word that are kept
_NAME = LONGEST - len("= 0.0000")  # of a score
LEAST_SCORE = 0.1  # hardly anybody asks for less, and each one kept is written with the verdict
MOST = 300  # different words of a comment
MOST_ASKED = 8  # of a search
TELLING = 8  # words of a comment, the longest, by which others like it are looked for
NEIGHBOURS = 100  # comments with a word, before and after a comment
_BATCH = 100

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


def score_word(name: str, score: float) -> str:
    """Return a score 0..1 as a word: of one name, the higher comes later."""
    return f"={name[:_NAME]} {score:.4f}"


def words_for_finding(comment: Comment, verdict: Verdict) -> list[str]:
    """Return by which words a comment is found: its own, and its scores from LEAST_SCORE on."""
    scores = verdict.scores.items()
    told = {score_word(name, score) for name, score in scores if score >= LEAST_SCORE}
    return [*words_of(comment.body), *sorted(told)]


def keep_words(
    tx: Connection, site_of: Mapping[str, str], words: Mapping[str, Sequence[str]]
) -> None:
    """Note {comment id: words}, whose sites are {comment id: site id}."""
    rows = [
        {"comment_id": one, "site_id": site_of[one], "word": word}
        for one, all_words in words.items()
        for word in all_words
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
        select(comments.c.id, comments.c.site_id, comments.c.content, verdicts.c.verdict)
        .join(verdicts, CURRENT_VERDICT)
        .where(comments.c.id.in_(comment_ids), comments.c.content.is_not(None))
        .where(comments.c.status == "scored", comments.c.action == "review")
    ).all()
    words = {row.id: words_for_finding(*_read(row.content, row.verdict)) for row in rows}
    keep_words(tx, {row.id: row.site_id for row in rows}, words)


def _read(content: str, verdict: str) -> tuple[Comment, Verdict]:
    return stored_comment(content), stored_verdict(verdict)


def sharing_words(
    tx: Connection, site_id: str, comment_id: str, text: str, *, limit: int
) -> Sequence[str]:
    """Return up to `limit` comments that wait and share the most telling words of this one.

    They share a third of them at least, those that share the most come first. A word that very
    many have is looked up among the NEIGHBOURS before and after only, so that this costs the same
    in a queue of any length: floods come close together.
    """
    words = sorted(words_of(text), key=len)[-TELLING:]
    if not words:
        return []
    asked: dict[str, str | int] = {f"word_{place}": word for place, word in enumerate(words)}
    asked |= {"site": site_id, "comment": comment_id, "most": limit}
    return list(tx.execute(_sharing(len(words)), asked).scalars())


@cache  # building it takes longer than running it
def _sharing(words: int) -> Select[Any]:
    found = union_all(*(_near_in_time(f"word_{place}") for place in range(words))).subquery()
    shared = func.count()
    return (
        select(found.c.comment_id)
        .group_by(found.c.comment_id)
        .having(shared * 3 >= words)
        .order_by(shared.desc(), found.c.comment_id)
        .limit(bindparam("most", type_=Integer))
    )


def _near_in_time(word: str) -> Select[Any]:
    """Return the query of those that have a word: ids begin with the time."""
    column, comment = review_words.c.comment_id, bindparam("comment", type_=String)
    having = select(column).where(
        review_words.c.site_id == bindparam("site"), review_words.c.word == bindparam(word)
    )
    before = having.where(column < comment).order_by(column.desc()).limit(NEIGHBOURS)
    after = having.where(column > comment).order_by(column).limit(NEIGHBOURS)
    return select(union_all(*(select(each.subquery()) for each in (before, after))).subquery())


def renew_all_words(tx: Connection) -> None:
    """Note the words of all that wait, for a database that had none.

    On PostgreSQL in short transactions of their own, for what they lock nobody can decide; cut off,
    it can be done again. On SQLite in `tx`.
    """
    waiting = select(comments.c.id).where(
        comments.c.status == "scored", comments.c.action == "review"
    )
    ids = list(tx.execute(waiting.order_by(comments.c.id)).scalars())
    for start in range(0, len(ids), _BATCH):
        with nullcontext(tx) if tx.dialect.name == "sqlite" else tx.engine.begin() as own:
            some = comments.c.id.in_(ids[start : start + _BATCH])
            # Who decides meanwhile waits, or had decided: no words come after the decision.
            locked = waiting.where(some).order_by(comments.c.id).with_for_update()
            renew_words(own, list(own.execute(locked).scalars()))


def _parts(run: str) -> Iterator[str]:
    if all(_needs_no_spaces(c) for c in run) and len(run) > 1:
        yield from (run[at : at + 2] for at in range(len(run) - 1))
    else:
        yield run[:LONGEST]


def _needs_no_spaces(character: str) -> bool:
    return "\u0e00" <= character <= "\u0eff" or "\u3040" <= character <= "\u9fff"
