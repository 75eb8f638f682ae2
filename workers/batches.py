"""A batch: comments that were claimed and texts to be analysed, on their way to one scoring."""

from collections.abc import Sequence
from dataclasses import dataclass

from redis import RedisError

from store.claims import Claim, ClaimedComment, claim_pending
from workers.analysis import AnalysisRequest, take_requests
from workers.lease_keeper import LEASE
from workers.runtime import ScoringRuntime
from workers.scorers.protocol import Scores

BATCH = 64
MAX_ATTEMPTS = 2  # worker deaths that one comment may see; the second time it was alone


@dataclass(frozen=True)
class Batch:
    """What is scored together. A comment that killed its workers is judged, but not scored."""

    claim: Claim
    requests: Sequence[AnalysisRequest]

    def __len__(self) -> int:
        return len(self.claim.comments) + len(self.requests)

    @property
    def full(self) -> bool:
        """Whether more is likely to wait behind it."""
        return len(self) >= BATCH

    def texts(self) -> list[str]:
        """Return what is to be scored."""
        bodies = [item.comment.body for item in self.claim.comments if not given_up(item)]
        return bodies + [request.text for request in self.requests]

    def deal(self, scores: Sequence[Scores | None]) -> "ScoredBatch":
        """Hand the scores of `texts()` back to what they are the scores of."""
        remaining = iter(scores)
        comments = [
            (item, None if given_up(item) else next(remaining)) for item in self.claim.comments
        ]
        return ScoredBatch(self.claim, comments, list(zip(self.requests, remaining, strict=True)))


@dataclass(frozen=True)
class ScoredBatch:
    """A batch with its scores; None where there is none."""

    claim: Claim
    comments: Sequence[tuple[ClaimedComment, Scores | None]]
    requests: Sequence[tuple[AnalysisRequest, Scores | None]]

    def site_ids(self) -> set[str]:
        """Return the sites that this batch is of."""
        ours = {item.site_id for item, _ in self.comments}
        return ours | {request.site_id for request, _ in self.requests}


def given_up(item: ClaimedComment) -> bool:
    """Whether this comment was claimed so often without a verdict that it is not scored again."""
    return item.attempts > MAX_ATTEMPTS


def take_batch(
    runtime: ScoringRuntime, limit: int = BATCH, *, retried_first: bool = False
) -> Batch:
    """Take what waits, up to `limit` of each kind; raise StoreUnavailable.

    What comes back from a worker that died is taken when nothing else waits; with
    `retried_first`, before anything else.
    """
    claim = Claim("", ())
    for retried in (retried_first, not retried_first):
        if not claim.comments:  # retried ones are alone: one may have killed its worker
            claim = _claim(runtime, 1 if retried else limit, retried=retried)
    return Batch(claim, _take_requests(runtime, limit))


def _claim(runtime: ScoringRuntime, limit: int, *, retried: bool) -> Claim:
    now = runtime.clock()
    return runtime.database.write(
        lambda tx: claim_pending(tx, now, limit=limit, lease=LEASE, retried=retried)
    )


def _take_requests(runtime: ScoringRuntime, limit: int) -> list[AnalysisRequest]:
    try:
        return take_requests(runtime.redis, limit, runtime.clock().timestamp())
    except RedisError:  # comments are judged without Redis, too
        return []
