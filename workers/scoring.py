"""The scoring loop: take what is pending, score it together, judge it, write it down.

A batch is whatever waits, so it is one comment when little happens and grows with the load by
itself. Texts that are only to be analysed ride along.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from redis import RedisError

from rules.comment import Comment
from rules.verdict import Action, Verdict
from store.claims import Claim, ClaimedComment, claim_pending
from store.sites import on_timeout_actions
from store.verdicts import record_verdicts
from workers.analysis import Analysis, AnalysisRequest, reply, take_requests
from workers.careful_scoring import score_carefully
from workers.doorbell import Doorbell
from workers.judging import judge
from workers.lease_keeper import LEASE, keeping
from workers.policies import ActivePolicy
from workers.runtime import ScoringRuntime
from workers.scorers.protocol import Scores
from workers.signals import announce_verdicts
from workers.telemetry import RULE_HITS, VERDICT_SECONDS, VERDICTS

BATCH = 64
MAX_ATTEMPTS = 2  # worker deaths that one comment may see; the second time it was alone

log = structlog.get_logger()


@dataclass(frozen=True)
class _Bench:
    """What judging a batch needs to know of its sites."""

    policies: dict[str, ActivePolicy]
    on_timeout: dict[str, Action]


def score_all_pending(runtime: ScoringRuntime) -> int:
    """Judge until nothing waits; return how many comments got a verdict.

    Raises StoreUnavailable; what was claimed is claimed again when its lease runs out.
    """
    judged = 0
    while True:
        found, written = _one_round(runtime)
        judged += written
        if not found:
            return judged


def _one_round(runtime: ScoringRuntime) -> tuple[int, int]:
    """Return (what was found to do, how many verdicts were written)."""
    requests = _take_requests(runtime)
    claim = _claim(runtime, retried=False)
    if not claim.comments:
        claim = _claim(runtime, retried=True)
    if not claim.comments and not requests:
        return 0, 0
    with keeping(runtime.database, claim, runtime.clock):
        texts = [item.comment.body for item in claim.comments if not _given_up(item)]
        scores = score_carefully(runtime.scorer, texts + [request.text for request in requests])
    bench = _bench(runtime, {i.site_id for i in claim.comments} | {r.site_id for r in requests})
    _answer(runtime, requests, scores[len(texts) :], bench)
    written = _judge_claim(runtime, claim, scores[: len(texts)], bench) if claim.comments else []
    return len(claim.comments) + len(requests), len(written)


def _claim(runtime: ScoringRuntime, *, retried: bool) -> Claim:
    now = runtime.clock()
    limit = 1 if retried else BATCH
    return runtime.database.write(
        lambda tx: claim_pending(tx, now, limit=limit, lease=LEASE, retried=retried)
    )


def _take_requests(runtime: ScoringRuntime) -> list[AnalysisRequest]:
    try:
        return take_requests(runtime.redis, BATCH, runtime.clock().timestamp())
    except RedisError:  # comments are judged without Redis, too
        return []


def _bench(runtime: ScoringRuntime, site_ids: set[str]) -> _Bench:
    with runtime.database.read() as tx:
        return _Bench(runtime.policies.active(tx, site_ids), on_timeout_actions(tx, site_ids))


def _given_up(item: ClaimedComment) -> bool:
    return item.attempts > MAX_ATTEMPTS


def _judge_claim(
    runtime: ScoringRuntime, claim: Claim, scores: Sequence[Scores | None], bench: _Bench
) -> list[ClaimedComment]:
    now = runtime.clock()
    remaining = iter(scores)
    judged = [
        (item, _judge_one(runtime, item, None if _given_up(item) else next(remaining), bench, now))
        for item in claim.comments
    ]
    written = runtime.database.write(lambda tx: record_verdicts(tx, claim, judged, now))
    announce_verdicts(runtime.redis, [item.id for item in written])
    Doorbell(runtime.redis).ring("deliver")
    _count(judged, {item.id for item in written}, now)
    return written


def _judge_one(
    runtime: ScoringRuntime,
    item: ClaimedComment,
    scores: Scores | None,
    bench: _Bench,
    now: datetime,
) -> Verdict:
    if scores is None:
        log.warning("comment_not_scored", comment=item.id, attempts=item.attempts)
    return judge(
        item.comment,
        scores,
        bench.policies.get(item.site_id),
        bench.on_timeout[item.site_id],
        engine=runtime.scorer.engine,
        now=now,
    )


def _answer(
    runtime: ScoringRuntime,
    requests: Sequence[AnalysisRequest],
    scores: Sequence[Scores | None],
    bench: _Bench,
) -> None:
    for request, found in zip(requests, scores, strict=True):
        active = bench.policies.get(request.site_id)
        reply(runtime.redis, request, _analyse(runtime, request, found, active))


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
    verdict = judge(comment, scores, active, "approve", engine=engine, now=runtime.clock())
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
