"""From a scored batch to verdicts on record, answers on their way, and counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from rules.comment import Comment
from rules.history import History
from rules.verdict import Action, Verdict
from store.claims import ClaimedComment
from store.database import StoreUnavailable
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

_Pair = tuple[ClaimedComment, Scores | None]
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


def record_batch(runtime: ScoringRuntime, scored: ScoredBatch) -> int:
    """Judge the comments and record their verdicts; return how many were ours to record.

    What cannot be judged is answered as what cannot be scored. Raises StoreUnavailable.
    """
    hopeless = [pair for pair in scored.comments if beyond_judging(pair[0])]
    others = [pair for pair in scored.comments if not beyond_judging(pair[0])]

    def record(some: Sequence[_Pair]) -> list[str]:
        return _judge_and_record(runtime, replace(scored, comments=some)) if some else []

    def give_up(one: _Pair, error: Exception | None = None) -> list[str]:
        return _record_unjudged(runtime, replace(scored, comments=[one]), error)

    written = apart(record, others, give_up)
    return len(written) + sum(len(give_up(one)) for one in hopeless)


def answer_requests(runtime: ScoringRuntime, scored: ScoredBatch) -> None:
    """Send the analyses to those who asked; raise StoreUnavailable."""

    def analyse(some: Sequence[_Asked]) -> list[_Answer]:
        sites = _sites(runtime, {request.site_id for request, _ in some}, ())
        return [(request, _analyse(request, scores, sites, now)) for request, scores in some]

    def give_up(one: _Asked, error: Exception) -> list[_Answer]:
        log.warning("analysis_failed", site=one[0].site_id, **told(error))
        return [(one[0], None)]

    now = runtime.clock()
    for request, analysis in apart(analyse, scored.requests, give_up) if scored.requests else ():
        reply(runtime.redis, request, analysis)


def _judge_and_record(runtime: ScoringRuntime, scored: ScoredBatch) -> list[str]:
    now, claimed = runtime.clock(), [item for item, _ in scored.comments]
    sites = _sites(runtime, {item.site_id for item in claimed}, claimed)
    judged = [(item, _judge(runtime, item, scores, sites, now)) for item, scores in scored.comments]
    written = _record(runtime, scored, judged, now)
    note_campaigns(runtime, sites.observed, {*written})
    return written


def _record_unjudged(
    runtime: ScoringRuntime, scored: ScoredBatch, error: Exception | None
) -> list[str]:
    """Answer one comment without a look at it; where even that fails, it comes again, alone."""
    [(item, scores)] = scored.comments
    _warn("comment_not_judged", item, attempts=item.attempts, **(told(error) if error else {}))
    try:
        with runtime.database.read() as tx:
            on_timeout = on_timeout_actions(tx, {item.site_id})[item.site_id]
        now = runtime.clock()
        verdict = unjudged(item.comment, scores, on_timeout, Engine.of(runtime.scorer), now)
        return _record(runtime, scored, [(item, verdict)], now)
    except StoreUnavailable:
        raise
    except Exception as fault:  # no other comment is to wait for it
        _warn("verdict_not_recorded", item, **told(fault))
        return []


def _record(
    runtime: ScoringRuntime,
    scored: ScoredBatch,
    judged: Sequence[tuple[ClaimedComment, Verdict]],
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
    judged: Sequence[tuple[ClaimedComment, Verdict]],
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


def _count(judged: Sequence[tuple[ClaimedComment, Verdict]], now: datetime) -> None:
    for item, verdict in judged:
        VERDICTS.labels(verdict.action, verdict.decided_by).inc()
        VERDICT_SECONDS.observe((now - item.submitted_at).total_seconds())
        for reason in verdict.reasons:
            count_rule_hit(reason.rule)
