"""From a scored batch to verdicts on record, answers on their way, and counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from rules.comment import Comment
from rules.history import History
from rules.verdict import Action, Verdict
from store.claims import ClaimedComment
from store.kept_addresses import original_comment, without_originals
from store.sealing import WrongSecretKey
from store.sites import on_timeout_actions
from store.verdicts import record_verdicts
from workers.analysis import Analysis, AnalysisRequest, reply
from workers.batches import ScoredBatch, given_up
from workers.doorbell import Doorbell
from workers.histories import NOTHING_KNOWN, histories_of
from workers.judging import SiteRules, judge
from workers.policies import ActivePolicy
from workers.runtime import ScoringRuntime
from workers.scorers.protocol import Scores
from workers.signals import announce_verdicts
from workers.telemetry import RULE_HITS, VERDICT_SECONDS, VERDICTS

log = structlog.get_logger()


@dataclass(frozen=True)
class _Sites:
    """What judging a batch needs to know, by the id of its site or its comment."""

    policies: dict[str, ActivePolicy]
    on_timeout: dict[str, Action]
    histories: dict[str, History]


def record_batch(runtime: ScoringRuntime, scored: ScoredBatch) -> int:
    """Judge the comments and record their verdicts; return how many were ours to record.

    Raises StoreUnavailable.
    """
    if not scored.comments:
        return 0
    now = runtime.clock()
    sites = _sites(runtime, scored)
    judged = [(item, _judge(runtime, item, scores, sites, now)) for item, scores in scored.comments]
    written = runtime.database.write(lambda tx: record_verdicts(tx, scored.claim, judged, now))
    announce_verdicts(runtime.redis, [item.id for item in written])
    Doorbell(runtime.redis).ring("deliver")
    _count(judged, {item.id for item in written}, now)
    return len(written)


def answer_requests(runtime: ScoringRuntime, scored: ScoredBatch) -> None:
    """Send the analyses to those who asked; raise StoreUnavailable."""
    if not scored.requests:
        return
    sites = _sites(runtime, scored)
    for request, scores in scored.requests:
        active = sites.policies.get(request.site_id)
        reply(runtime.redis, request, _analyse(runtime, request, scores, active))


def _sites(runtime: ScoringRuntime, scored: ScoredBatch) -> _Sites:
    site_ids, claimed = scored.site_ids(), [item for item, _ in scored.comments]
    with runtime.database.read() as tx:
        policies = runtime.policies.active(tx, site_ids)
        histories = histories_of(tx, claimed, policies, runtime.clock())
        return _Sites(policies, on_timeout_actions(tx, site_ids), histories)


def _judge(
    runtime: ScoringRuntime,
    item: ClaimedComment,
    scores: Scores | None,
    sites: _Sites,
    now: datetime,
) -> Verdict:
    if scores is None:
        log.warning("comment_not_scored", comment=item.id, attempts=item.attempts)
    comment = _as_submitted(runtime, item)
    verdict = judge(
        comment,
        scores,
        SiteRules(sites.policies.get(item.site_id), _otherwise(item, sites)),
        engine=runtime.scorer.engine,
        now=now,
        history=sites.histories.get(item.id, NOTHING_KNOWN),
    )
    return without_originals(verdict, comment, item.comment)


def _otherwise(item: ClaimedComment, sites: _Sites) -> Action:
    """Return what happens without scores: a text that kills workers is never published."""
    action = sites.on_timeout[item.site_id]
    return "review" if given_up(item) and action == "approve" else action


def _as_submitted(runtime: ScoringRuntime, item: ClaimedComment) -> Comment:
    try:
        return original_comment(item.comment, item.addresses, runtime.sealer)
    except WrongSecretKey:  # then what is kept of its author's addresses must do
        log.warning("addresses_not_opened", comment=item.id, reason="another TACTFUL_SECRET_KEY")
        return item.comment


def _analyse(
    runtime: ScoringRuntime,
    request: AnalysisRequest,
    scores: Scores | None,
    active: ActivePolicy | None,
) -> Analysis | None:
    if scores is None:
        return None
    engine = runtime.scorer.engine
    comment = Comment(body=request.text, lang=request.lang)
    rules = SiteRules(active, on_timeout="approve")
    verdict = judge(comment, scores, rules, engine=engine, now=runtime.clock())
    return Analysis(
        scores=verdict.scores,
        labels=verdict.labels,
        matches=[match for reason in verdict.reasons for match in reason.matches],
        engine=engine,
    )


def _count(
    judged: Sequence[tuple[ClaimedComment, Verdict]], written: set[str], now: datetime
) -> None:
    for item, verdict in judged:
        if item.id in written:
            VERDICTS.labels(verdict.action, verdict.decided_by).inc()
            VERDICT_SECONDS.observe((now - item.submitted_at).total_seconds())
            for reason in verdict.reasons:
                RULE_HITS.labels(reason.rule).inc()
