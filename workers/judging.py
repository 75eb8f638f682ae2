"""From scores to verdicts: the policy decides, and where it cannot, the site's fallback does."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from rules.combining import STRICTNESS, at_least, hold_unread
from rules.comment import Comment
from rules.facts.foreign import foreign_language
from rules.history import History
from rules.patterns import Watch
from rules.verdict import Action, EngineRef, Judgement, PolicyRef, Reason, Verdict
from workers.faults import told
from workers.histories import NOTHING_KNOWN
from workers.pattern_time import PatternTime
from workers.pointing import point_out
from workers.policies import ActivePolicy
from workers.scorers.places import PlacedScores
from workers.scorers.protocol import Scorer, Scores, languages_of
from workers.spam.scoring import SpamModel, Suspicion, prior_model
from workers.spam.why import explain_spam

UNREAD = "unsupported-language"
TOO_SLOW = "policy-too-slow"
FAILED = "judging-failed"
_NOT_SCORED = (
    "fallback",
    "This comment could not be scored, so the site's setting for that case applies.",
)
_SLOW = (
    TOO_SLOW,
    "The policy's patterns took too long, so the site's setting for that applies, or review.",
)
_FAILED = (
    FAILED,
    "This comment could not be judged, so the site's setting for that applies, or review.",
)
NO_POLICY = PolicyRef(name="none", version=0)

log = structlog.get_logger()


@dataclass(frozen=True)
class SiteRules:
    """By what a site's comments are judged; without a policy, all of them fall back.

    `time` is what its patterns may take.
    """

    active: ActivePolicy | None
    on_timeout: Action
    spam: SpamModel = field(default_factory=prior_model)
    time: PatternTime = field(default_factory=PatternTime)


@dataclass(frozen=True)
class Engine:
    """What scored, and the languages that it reads (None: any)."""

    ref: EngineRef
    reads: Collection[str] | None = None

    @classmethod
    def of(cls, scorer: Scorer) -> "Engine":
        """Return what a scorer says of itself."""
        return cls(scorer.engine, languages_of(scorer))

    def does_not_read(self, text: str, declared: str | None) -> str | None:
        """Return the language of `text` (ISO 639-1) if it is surely one that this does not read."""
        return foreign_language(text, declared, self.reads) if self.reads else None


def judge(
    comment: Comment,
    scores: Scores | None,
    rules: SiteRules,
    *,
    engine: Engine,
    now: datetime,
    history: History = NOTHING_KNOWN,
) -> Verdict:
    """Return the policy's verdict, or the fallback one where there are no scores or no policy.

    An engine's scores of a comment in a language that it does not read would be guesses, so they
    are left out, and the verdict says so.
    """
    unread = engine.does_not_read(comment.body, comment.lang)
    if unread and scores is not None:
        scores = {}
    why, on_timeout = _NOT_SCORED, rules.on_timeout
    with rules.time.watch(len(comment.body)) as allowance:
        judgement = _policy_says(rules, comment, scores or {}, history, now, allowance)
    if allowance.spent:
        why, on_timeout = _SLOW, unpublished(on_timeout)
    elif rules.active and judgement is None:
        why, on_timeout = _FAILED, unpublished(on_timeout)
    fallback = scores is None or judgement is None or allowance.spent
    if fallback:
        otherwise = hold_unread(Judgement(action="approve", scores=scores or {}), comment)
        judgement = _fall_back(judgement or otherwise, on_timeout, why)
    assert judgement is not None  # noqa: S101 - either the policy's or the fallback
    if unread and not fallback:
        judgement = _say_unread(judgement, engine.ref, unread)
    return Verdict(
        **dict(judgement),
        decided_by="fallback" if fallback else "policy",
        policy=rules.active.ref if rules.active else NO_POLICY,
        engine=engine.ref,
        scored_at=now,
    )


def unjudged(
    comment: Comment, scores: Scores | None, on_timeout: Action, engine: Engine, now: datetime
) -> Verdict:
    """Return the verdict on a comment that cannot be judged; nothing in it is looked at."""
    nothing = hold_unread(Judgement(action="approve", scores=scores or {}), comment)
    return Verdict(
        **dict(_fall_back(nothing, unpublished(on_timeout), _FAILED)),
        decided_by="fallback",
        policy=NO_POLICY,
        engine=engine.ref,
        scored_at=now,
    )


def unpublished(on_timeout: Action) -> Action:
    """Return what becomes of a text that may be made to be published unread: review at least."""
    return max(on_timeout, "review", key=STRICTNESS.__getitem__)


def _policy_says(
    rules: SiteRules,
    comment: Comment,
    scores: Scores,
    history: History,
    now: datetime,
    watch: Watch,
) -> Judgement | None:
    if rules.active is None:
        return None
    try:
        suspicion = rules.spam.suspect(comment)
        known = _with_spam(scores, suspicion)
        if history.spam_taught is None:
            history = history.model_copy(update={"spam_taught": rules.spam.taught})
        judgement = rules.active.policy.judge(comment, known, history, now, watch)
        return explain_spam(point_out(judgement, comment, known), comment, suspicion)
    except Exception as error:  # no comment may wedge the worker
        log.warning("policy_failed", **told(error))
        return None


def _say_unread(judgement: Judgement, engine: EngineRef, language: str) -> Judgement:
    """Say that nobody knows how hostile the comment is; a policy sees `not known(toxicity)`."""
    reason = Reason(
        rule=UNREAD,
        action="approve",
        message=f"The scorer {engine.name} does not support this language ({language}),"
        " so only words and links were looked at.",
    )
    return judgement.model_copy(update={
        "labels": [*judgement.labels, UNREAD],
        "reasons": [*judgement.reasons, reason],
    })  # fmt: skip


def _with_spam(scores: Scores, suspicion: Suspicion) -> Scores:
    places = scores.places if isinstance(scores, PlacedScores) else {}
    return PlacedScores({**scores, "spam": suspicion.score}, places)


def _fall_back(judgement: Judgement, on_timeout: Action, why: tuple[str, str]) -> Judgement:
    rule, message = why
    return at_least(judgement, Reason(rule=rule, action=on_timeout, message=message))
