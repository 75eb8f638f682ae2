"""From a scored batch to verdicts on record, answers on their way, and counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, partial
from typing import Any

import structlog

from rules.comment import Comment
from rules.history import History
from rules.verdict import Action, Verdict
from store.claims import ClaimedComment
from store.kept_addresses import original_comment, without_originals
from store.sealing import WrongSecretKey
from store.sites import on_timeout_actions
from store.stored import Unreadable
from store.verdicts import record_verdicts
from workers.analysis import AnalysisRequest, Scored, reply
from workers.batches import ScoredBatch, beyond_judging, given_up
from workers.campaign_rejudging import note_campaigns
from workers.campaigns import Observed
from workers.faults import told
from workers.histories import NOTHING_KNOWN
from workers.isolating import apart
from workers.judging import FAILED, TOO_SLOW, Engine, SiteRules, judge, unjudged, unpublished
from workers.known import known_of
from workers.pattern_time import PatternTime
from workers.policies import ActivePolicy
from workers.runtime import ScoringRuntime
from workers.scorers.places import places_of
from workers.scorers.protocol import Scores
from workers.signals import announce_verdicts
from workers.spam.scoring import SpamModel
from workers.telemetry import VERDICT_SECONDS, VERDICTS, count_rule_hit
from workers.tracing import Subject, is_tracing, record_span

_Judged = tuple[ClaimedComment, Verdict]
_Asked = tuple[AnalysisRequest, Scores | None]
_Answer = tuple[AnalysisRequest, Scored | None]

log = structlog.get_logger()


@dataclass(frozen=True)
class _Sites:
    """What judging a batch needs to know, by the id of its site or its comment."""

    engine: Engine
    policies: dict[str, ActivePolicy]
    on_timeout: dict[str, Action]
    histories: dict[str, History]
    spam: Mapping[str, SpamModel]
    observed: Observed
    times: Mapping[str, PatternTime]

    def rules_of(self, site_id: str) -> SiteRules:
        """Return by what a site's comments are judged."""
        return SiteRules(
            self.policies.get(site_id),
            self.on_timeout[site_id],
            self.spam[site_id],
            self.times[site_id],
        )


def answer_requests(runtime: ScoringRuntime, scored: ScoredBatch) -> None:
    """Send the analyses to those who asked; raise StoreUnavailable."""

    def analyse(some: Sequence[_Asked]) -> list[_Answer]:
        sites = _sites(runtime, {request.site_id for request, _ in some}, ())
        return [(request, _analyse(request, scores, sites, now)) for request, scores in some]

    def give_up(one: _Asked, error: Exception) -> list[_Answer]:
        log.warning("analysis_failed", site=one[0].site_id, **told(error))
        return [(one[0], None)]

    now = runtime.clock()
    for request, analysis in apart(analyse, scored.requests, give_up):
        reply(runtime.redis, request, analysis)


@dataclass(frozen=True)
class Recording:
    """A batch on its way to the database: what fails at a comment costs that one alone.

    Judging and recording are apart, so that none is judged twice because recording fails, of it or
    of another: its site would pay for its patterns twice.
    """

    runtime: ScoringRuntime
    scored: ScoredBatch
    scores: Mapping[str, Scores | None]
    now: datetime
    observed: list[Observed] = field(default_factory=list)

    @classmethod
    def of(cls, runtime: ScoringRuntime, scored: ScoredBatch) -> "Recording":
        """Return what records a batch."""
        scores = {item.id: found for item, found in scored.comments}
        return cls(runtime, scored, scores, runtime.clock())

    def run(self) -> int:
        """Judge the comments and record their verdicts; return how many were ours to record.

        What cannot be judged is answered as what cannot be scored. Raises StoreUnavailable; run
        again, it goes on where it was.
        """
        written = apart(self._record, self._judged, self._give_up_recording)
        for observed in self.observed:
            note_campaigns(self.runtime, observed, {*written})
        return len(written)

    @cached_property
    def _judged(self) -> list[_Judged]:
        self.observed.clear()  # of an attempt at which the database went away
        claimed = [item for item, _ in self.scored.comments]
        hopeless = [item for item in claimed if beyond_judging(item)]
        others = [item for item in claimed if not beyond_judging(item)]
        judged = apart(self._judge, others, self._give_up)
        return judged + [done for item in hopeless for done in self._give_up(item)]

    def _judge(self, items: Sequence[ClaimedComment]) -> list[_Judged]:
        sites = _sites(self.runtime, {item.site_id for item in items}, items)
        each = partial(self._judge_by, sites)
        judged = [done for item in items for done in apart(each, [item], self._give_up)]
        self.observed.append(sites.observed)
        return judged

    def _judge_by(self, sites: _Sites, items: Sequence[ClaimedComment]) -> list[_Judged]:
        return [
            (item, _judge(self.runtime, item, self.scores[item.id], sites, self.now))
            for item in items
        ]

    def _record(self, judged: Sequence[_Judged]) -> list[str]:
        return _record(self.runtime, self.scored, judged, self.now)

    def _give_up(self, item: ClaimedComment, error: Exception | None = None) -> list[_Judged]:
        _warn("comment_not_judged", item, attempts=item.attempts, **(told(error) if error else {}))
        return apart(self._answer_unseen, [item], _leave)

    def _give_up_recording(self, one: _Judged, error: Exception) -> list[str]:
        item, _ = one
        _warn("comment_not_judged", item, attempts=item.attempts, **told(error))
        return apart(lambda items: self._record(self._answer_unseen(items)), [item], _leave)

    def _answer_unseen(self, items: Sequence[ClaimedComment]) -> list[_Judged]:
        with self.runtime.database.read() as tx:
            otherwise = on_timeout_actions(tx, {item.site_id for item in items})
        engine = Engine.of(self.runtime.scorer)
        return [
            (item, unjudged(item.comment, found, otherwise[item.site_id], engine, self.now))
            for item, found in ((item, self.scores[item.id]) for item in items)
        ]


def _leave(item: ClaimedComment, error: Exception) -> list[Any]:
    """Leave a comment for which not even that can be done: it comes again, alone."""
    _warn("verdict_not_recorded", item, **told(error))
    return []


def _record(
    runtime: ScoringRuntime,
    scored: ScoredBatch,
    judged: Sequence[_Judged],
    now: datetime,
) -> list[str]:
    """Record verdicts and tell of them; return the ids of those that were ours to record."""
    items = runtime.database.write(lambda tx: record_verdicts(tx, scored.claim, judged, now))
    written = [item.id for item in items]
    try:
        announce_verdicts(runtime.redis, written)
        runtime.doorbell.ring("deliver")
        _tell(scored, judged, {*written}, now)
    except Exception as error:  # they are on record, and cron rings for what waits
        log.warning("verdicts_not_told", comments=written, **told(error))
    return written


def _sites(
    runtime: ScoringRuntime, site_ids: set[str], claimed: Sequence[ClaimedComment]
) -> _Sites:
    with runtime.database.read() as tx:
        policies = runtime.policies.active(tx, site_ids)
        histories, observed = known_of(runtime, tx, claimed, policies)
        spam = runtime.spam.models(tx, site_ids)
        otherwise = on_timeout_actions(tx, site_ids)
        engine = Engine.of(runtime.scorer)
        return _Sites(engine, policies, otherwise, histories, spam, observed, runtime.times)


def _judge(
    runtime: ScoringRuntime,
    item: ClaimedComment,
    scores: Scores | None,
    sites: _Sites,
    now: datetime,
) -> Verdict:
    if scores is None:
        readable = not isinstance(item.comment, Unreadable)
        _warn("comment_not_scored", item, attempts=item.attempts, readable=readable)
    comment = _as_submitted(runtime, item)
    verdict = judge(
        comment,
        scores,
        replace(sites.rules_of(item.site_id), on_timeout=_otherwise(item, sites)),
        engine=sites.engine,
        now=now,
        history=sites.histories.get(item.id, NOTHING_KNOWN),
    )
    rules = {reason.rule for reason in verdict.reasons}
    if TOO_SLOW in rules:
        _warn("policy_too_slow", item)
    if FAILED in rules:
        _warn("comment_not_judged", item, attempts=item.attempts, reason="policy_failed")
    return without_originals(verdict, comment, item.comment)


def _warn(event: str, item: ClaimedComment, **more: object) -> None:
    log.warning(event, comment=item.id, request_id=item.request_id, site=item.site_id, **more)


def _otherwise(item: ClaimedComment, sites: _Sites) -> Action:
    """Return what happens without scores.

    A text that kills workers, or that cannot be read, is never published.
    """
    action = sites.on_timeout[item.site_id]
    return unpublished(action) if given_up(item) else action


def _as_submitted(runtime: ScoringRuntime, item: ClaimedComment) -> Comment:
    try:
        return original_comment(item.comment, item.addresses, runtime.sealer)
    except WrongSecretKey:  # then what is kept of its author's addresses must do
        log.warning("addresses_not_opened", comment=item.id, reason="another TACTFUL_SECRET_KEY")
        return item.comment


def _analyse(
    request: AnalysisRequest,
    scores: Scores | None,
    sites: _Sites,
    now: datetime,
) -> Scored | None:
    if scores is None:
        return None
    engine, rules = sites.engine, replace(sites.rules_of(request.site_id), on_timeout="approve")
    comment = Comment(body=request.text, lang=request.lang)
    verdict = judge(comment, scores, rules, engine=engine, now=now)
    return Scored(
        scores=verdict.scores,
        labels=verdict.labels,
        matches=[match for reason in verdict.reasons for match in reason.matches],
        engine=engine.ref,
        unsupported_language=engine.does_not_read(request.text, request.lang),
        scored=scores,
        places={name: list(places_of(scores, name)) for name in scores},
        reads=sorted(engine.reads) if engine.reads else None,
    )


def _tell(
    scored: ScoredBatch,
    judged: Sequence[_Judged],
    written: set[str],
    now: datetime,
) -> None:
    """Log, trace and count the verdicts that were written: one line for a batch of any size."""
    ours = [(item, verdict) for item, verdict in judged if item.id in written]
    log.info("judged", verdicts=[_told(item, verdict) for item, verdict in ours])
    _count(ours, now)
    if is_tracing():
        size = {"tactful.batch": len(scored.comments)}
        for item, verdict in ours:
            subject = Subject(item.id, item.revision, item.traceparent)
            record_span("judge", subject, scored.age(), {"tactful.action": verdict.action, **size})


def _told(item: ClaimedComment, verdict: Verdict) -> dict[str, str | None]:
    return {
        "comment": item.id,
        "request_id": item.request_id,
        "site": item.site_id,
        "action": verdict.action,
    }


def _count(judged: Sequence[_Judged], now: datetime) -> None:
    for item, verdict in judged:
        VERDICTS.labels(verdict.action, verdict.decided_by).inc()
        VERDICT_SECONDS.observe((now - item.submitted_at).total_seconds())
        for reason in verdict.reasons:
            count_rule_hit(reason.rule)
