"""Cards: a comment with everything that helps to decide about it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from rules.comment import Comment
from rules.verdict import Verdict
from service.review.links import Link, links_of
from service.review.marking import Run, runs
from service.review.visits import Visit
from store.authors import AuthorHistory, author_history
from store.review import QueueItem
from store.threads import Parent, find_parent


@dataclass(frozen=True)
class Card:
    """What the template of a comment shows."""

    id: str
    revision: int
    comment: Comment
    verdict: Verdict | None
    body: Sequence[Run]
    author_name: Sequence[Run]
    title: Sequence[Run]
    links: Sequence[Link]
    scores: Sequence[tuple[str, float]]
    parent: Parent | None
    history: AuthorHistory
    blurred: bool


def card_of_item(tx: Connection, visit: Visit, item: QueueItem) -> Card:
    """Return the card of a comment that waits."""
    return make_card(tx, visit, item.id, item.revision, item.comment, item.verdict)


def make_card(
    tx: Connection,
    visit: Visit,
    comment_id: str,
    revision: int,
    comment: Comment,
    verdict: Verdict | None,
) -> Card:
    """Return a comment's card, with its thread and its author's history."""
    reasons = verdict.reasons if verdict else []
    scores = sorted(verdict.scores.items(), key=lambda kv: -kv[1]) if verdict else []
    labels = set(verdict.labels) if verdict else set()
    return Card(
        id=comment_id,
        revision=revision,
        comment=comment,
        verdict=verdict,
        body=runs(comment.body, "body", reasons),
        author_name=runs(comment.author.name or "", "author.name", reasons),
        title=runs(comment.thread.title or "", "thread.title", reasons),
        links=links_of(comment),
        scores=scores,
        parent=find_parent(tx, visit.site.id, comment),
        history=author_history(tx, visit.site.id, comment_id, comment.author.id),
        blurred="*" in visit.preferences.blur or bool(labels & set(visit.preferences.blur)),
    )
