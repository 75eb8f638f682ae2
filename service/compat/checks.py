"""Checks: a comment that somebody waits for, with an answer in time whatever happens."""

import time
from dataclasses import dataclass

from flask import g

from rules.combining import NOT_READ_WHOLE, STRICTNESS
from rules.comment import Beginning, Comment
from rules.verdict import Action
from service.compat.patience import Patience
from service.compat.punctual import Late, in_time
from service.context import ServiceContext
from service.http.long_waits import SHORT_SECONDS
from service.http.requests import note_comment, origin
from service.metrics import COMMENTS_RECEIVED, LATE_ANSWERS
from store.comments import submit_comment
from store.records import MEANS, CommentRecord, Site
from workers.tracing import Subject

MARGIN_SECONDS = 0.02  # to write the answer

_PATIENCE = Patience()  # of this process: each has its own threads to keep free


@dataclass(frozen=True)
class Outcome:
    """What to tell the client. Without a verdict, `action` is the site's `on_timeout`.

    `unread`: a part of it nobody here has read, so that what is not rejected is held.
    """

    action: Action
    discard: bool = False
    labels: frozenset[str] = frozenset()
    judged: bool = True
    unread: bool = False


@dataclass(frozen=True)
class Check:
    """A comment on its way to an answer. `protocol` is the metric's word for where it came from.

    `patience` is how many seconds after the request's begin the answer must be out.
    """

    context: ServiceContext
    site: Site
    protocol: str
    patience: float

    def remaining(self) -> float:
        """Return how many seconds are left."""
        return float(g.started) + self.patience - MARGIN_SECONDS - time.monotonic()

    def run(self, comment: Comment) -> Outcome:
        """Store the comment, have it judged, and return what came of it, or the fallback in time.

        The real verdict of a comment that was late comes by webhook. Raises StoreUnavailable,
        BacklogFull and CommentErased.
        """
        if self.context.long_waits.are_in_vain():  # it may have queued behind them already
            _PATIENCE.in_vain(SHORT_SECONDS)
        seconds = _PATIENCE.seconds(self.remaining())
        until = time.monotonic() + seconds
        try:
            record = in_time(lambda: self._judged(comment, until), seconds)
        except Late:
            record = None
        if record is None:
            _PATIENCE.in_vain(seconds)
            return self._late(comment)
        _PATIENCE.in_time()
        return outcome_of(record)

    def _late(self, comment: Comment) -> Outcome:
        """Return the answer that the site set for what was not judged in time."""
        LATE_ANSWERS.labels(self.protocol).inc()
        unread = isinstance(comment, Beginning)
        least: Action = "review" if unread else "approve"
        action = max(self.site.on_timeout, least, key=STRICTNESS.__getitem__)
        return Outcome(action, judged=False, unread=unread)

    def _judged(self, comment: Comment, until: float) -> CommentRecord | None:
        self.context.backlog.admit()
        now, keeping = self.context.clock(), self.context.keeping(self.site)
        brought = origin()
        stored = self.context.database.write(
            lambda tx: submit_comment(tx, self.site.id, comment, now, keeping, brought)
        )
        record, taken_in = stored.record, stored.outcome != "same"
        note_comment(Subject(record.id, record.revision, stored.traceparent), taken_in=taken_in)
        if taken_in:
            COMMENTS_RECEIVED.labels(self.protocol).inc()
            self.context.doorbell.ring("score")
        if record.status != "pending":
            return record
        seconds = max(0.0, until - time.monotonic())
        return self.context.waiter.wait(self.site.id, record.id, record.revision, seconds)


def outcome_of(record: CommentRecord) -> Outcome:
    """Return what a judged comment is: a person's word goes before the policy's.

    A comment that was erased in the meantime is nobody's to publish.
    """
    if record.decision is not None:
        return Outcome(MEANS[record.decision.decision])
    if record.verdict is None or record.status == "erased":
        return Outcome("review")
    verdict = record.verdict
    unread = any(reason.rule == NOT_READ_WHOLE for reason in verdict.reasons)
    return Outcome(verdict.action, verdict.discard, frozenset(verdict.labels), unread=unread)
