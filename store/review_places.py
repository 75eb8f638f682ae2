"""Places in the review queue: written with the verdict that asks for a person."""

from collections.abc import Iterator, Sequence
from typing import Literal, Protocol

from sqlalchemy import Connection, delete, insert

from rules.comment import Comment, primary_language
from rules.verdict import Verdict
from store.review_tables import review_tags
from store.review_words import forget_words, keep_words, words_for_finding

TagKind = Literal["label", "rule", "lang"]
NAME_LENGTH = 230  # a longer name is cut, and so is what looks for it


def place_columns(verdict: Verdict) -> dict[str, object]:
    """Return a verdict's parameters of the update that puts a comment in its place.

    The queue is read in ascending order of one index, so the most urgent has the least rank.
    """
    return {"place_queue": (verdict.queue or "")[:100], "place_rank": -verdict.priority}


class JudgedComment(Protocol):
    """What is tagged: a comment of a scoring claim, or one that was judged anew."""

    @property
    def id(self) -> str:
        """The comment's id."""

    @property
    def site_id(self) -> str:
        """The site that it belongs to."""

    @property
    def revision(self) -> int:
        """Which of its texts; the first one was never tagged before."""

    @property
    def comment(self) -> Comment:
        """What was submitted."""


def tag_for_review(
    tx: Connection, judged: Sequence[tuple[JudgedComment, Verdict]], *, again: bool = False
) -> None:
    """Note by which labels, rules, language, words and scores the comments that wait are found.

    `again` says that this revision was judged before.
    """
    waiting = [(item, verdict) for item, verdict in judged if verdict.action == "review"]
    edited = [item.id for item, _ in judged if again or item.revision > 1]
    if edited:
        tx.execute(delete(review_tags).where(review_tags.c.comment_id.in_(edited)))
        forget_words(tx, edited)
    rows = [
        {"comment_id": item.id, "site_id": item.site_id, "kind": kind, "name": name}
        for item, verdict in waiting
        for kind, name in sorted(set(_tags(item, verdict)))
    ]
    if rows:
        tx.execute(insert(review_tags), rows)
    sites = {item.id: item.site_id for item, _ in waiting}
    keep_words(
        tx, sites, {item.id: words_for_finding(item.comment, verdict) for item, verdict in waiting}
    )


def _tags(item: JudgedComment, verdict: Verdict) -> Iterator[tuple[TagKind, str]]:
    yield from (("label", label[:NAME_LENGTH]) for label in verdict.labels)
    yield from (("rule", reason.rule[:NAME_LENGTH]) for reason in verdict.reasons)
    if item.comment.lang is not None:
        yield "lang", primary_language(item.comment.lang)
