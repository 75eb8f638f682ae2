"""Records: stored things as callers see them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, JsonValue

from rules.verdict import Action, Verdict

Status = Literal["pending", "scored", "decided", "erased"]
DecisionWord = Literal["approve", "reject", "spam", "ham"]
MEANS: Mapping[str, Action] = {  # what becomes of the comment, by DecisionWord
    "approve": "approve",
    "ham": "approve",
    "reject": "reject",
    "spam": "reject",
}
APPROVING = tuple(word for word, action in MEANS.items() if action == "approve")
REJECTING = tuple(word for word, action in MEANS.items() if action == "reject")
DecisionSource = Literal["platform", "moderator"]
TRAP = "honeypot"  # the actor of decisions that no person made: a trap did
AkismetReview = Literal["hold", "spam", "publish"]  # what a `review` is to an Akismet client


class Record(BaseModel):
    """Base of the immutable records."""

    model_config = ConfigDict(frozen=True)


class Origin(Record):
    """The request that brought a comment's revision: its id, and the caller's trace, if any."""

    request_id: str | None = None
    traceparent: str | None = None


UNKNOWN_ORIGIN = Origin()


class DecisionRecord(Record):
    """What a person said of a comment."""

    decision: DecisionWord
    decided_by: DecisionSource
    actor: str | None
    note: str | None
    overturned: bool
    decided_at: datetime


class CommentRecord(Record):
    """A comment with its verdict: an API answer, and the `data` of a webhook."""

    id: str
    external_id: str | None
    revision: int
    status: Status
    submitted_at: datetime
    metadata: dict[str, JsonValue]
    verdict: Verdict | None
    decision: DecisionRecord | None


class Site(Record):
    """A blog or platform."""

    id: str
    name: str
    on_timeout: Literal["approve", "review", "reject"]
    akismet_review: AkismetReview = "spam"
    keep_addresses: bool = False  # the originals, where others have hashes
    retention_days: int | None = None  # None: for good
