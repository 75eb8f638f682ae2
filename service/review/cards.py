"""Cards: a comment with everything that helps to decide about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection

from rules.comment import Comment
from rules.verdict import Verdict
from service.review.links import ShownLink, links_shown
from service.review.marking import Run, runs
from service.review.visits import Visit
from store.authors import AuthorHistory, author_history
from store.escalation import escalated_by, is_only_for_admins
from store.kept_addresses import author_key
from store.threads import Parent, find_parent


@dataclass(frozen=True)
class Card:
    """What the template of a comment shows. `for_admins`: whoever looks must not decide.

    `escalated` says who asked the admins, and when; admins alone are told.
    """

    id: str
    revision: int
    comment: Comment
    submitted_at: datetime
    verdict: Verdict | None
    body: Sequence[Run]
    author_name: Sequence[Run]
    title: Sequence[Run]
    links: Sequence[ShownLink]
    scores: Sequence[tuple[str, float]]
    parent: Parent | None
    author_id: str | None
    history: AuthorHistory
    blurred: bool
    for_admins: bool
    escalated: tuple[str, datetime] | None


class Shown(Protocol):
    """What a card is made of: an item of the queue, or a record."""

    @property
    def id(self) -> str:
        """The comment's id."""

    @property
    def revision(self) -> int:
        """Which of its texts."""

    @property
    def submitted_at(self) -> datetime:
        """When that came."""

    @property
    def verdict(self) -> Verdict | None:
        """What the policy said."""


def make_card(tx: Connection, visit: Visit, shown: Shown, comment: Comment) -> Card:
    """Return a comment's card, with its thread and its author's history."""
    verdict = shown.verdict
    reasons = verdict.reasons if verdict else []
    scores = sorted(verdict.scores.items(), key=lambda kv: -kv[1]) if verdict else []
    labels = verdict.labels if verdict else []
    author_id = author_key(comment.author)
    return Card(
        id=shown.id,
        revision=shown.revision,
        submitted_at=shown.submitted_at,
        comment=comment,
        verdict=verdict,
        body=runs(comment.body, "body", reasons),
        author_name=runs(comment.author.name or "", "author.name", reasons),
        title=runs(comment.thread.title or "", "thread.title", reasons),
        links=links_shown(comment.body),
        scores=scores,
        parent=find_parent(tx, visit.site.id, comment),
        author_id=author_id,
        history=author_history(tx, visit.site.id, shown.id, author_id),
        blurred=visit.blurs(labels),
        for_admins=not may_decide(tx, visit, shown.id),
        escalated=escalated_by(tx, shown.id) if visit.is_admin else None,
    )


def may_decide(tx: Connection, visit: Visit, comment_id: str) -> bool:
    """Whether the visitor is one of those who decide about a comment."""
    return visit.is_admin or not is_only_for_admins(tx, comment_id)
