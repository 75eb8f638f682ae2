"""What the policy says of a comment, and why."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

Action = Literal["approve", "review", "reject"]
DecidedBy = Literal["policy", "moderator", "platform", "fallback"]
Scalar = str | int | float | bool | None


class Value(BaseModel):
    """Base of the immutable values of the domain."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Match(Value):
    """A place in a field that a rule points at.

    `start` and `end` are Unicode code points into the field as submitted, so that
    `field[start:end] == text`. `term` is the listed word or pattern that was found there,
    `technique` how it was written (`plain`, `spaced`, `leet`, …), `confidence` 0..1 how sure
    the matcher is.
    """

    field: str
    start: int
    end: int
    text: str
    term: str
    technique: str | None = None
    confidence: float | None = None


class Reason(Value):
    """A rule that matched: what it asked for, with which values, and where in the text."""

    rule: str
    action: Action
    message: str
    matches: list[Match] = []
    values: dict[str, Scalar] = {}
    decided: bool = False


class Judgement(Value):
    """What a policy makes of one comment: pure, the same input gives the same judgement.

    `scores` are the scorer's with those that the rules computed themselves (`profanity`).
    `shadow` holds the rules on trial that would have matched; they change nothing.
    """

    action: Action
    discard: bool = False
    labels: list[str] = []
    scores: dict[str, float] = {}
    reasons: list[Reason] = []
    shadow: list[Reason] = []
    queue: str | None = None
    priority: int = 0
    public_reason: str | None = None


class PolicyRef(Value):
    """Which policy judged."""

    name: str
    version: int


class EngineRef(Value):
    """Which scorer scored."""

    name: str
    version: str


class Verdict(Judgement):
    """A judgement on record: who made it, with what, and when."""

    decided_by: DecidedBy
    policy: PolicyRef
    engine: EngineRef
    scored_at: datetime
