"""A batch: comments that were claimed and texts to be analysed, on their way to one scoring."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from redis import RedisError

from store.claims import Claim, ClaimedComment, claim_pending
from store.stored import Unreadable
from workers import lease_keeper
from workers.analysis import AnalysisRequest, take_requests
from workers.runtime import ScoringRuntime
from workers.scorers.protocol import Scores

BATCH = 64
MAX_ATTEMPTS = 2  # worker deaths that one comment may see; the second time it was alone
LAST_ATTEMPT = 4  # as many more, while it was judged without being scored


@dataclass(frozen=True)
class Batch:
    """What is scored together.

    A comment that killed its workers, or cannot be read, is judged, but not scored.
    """

    claim: Claim
    requests: Sequence[AnalysisRequest]
    taken_at: float = field(default_factory=time.monotonic)

    def __len__(self) -> int:
        return len(self.claim.comments) + len(self.requests)

    @property
    def full(self) -> bool:
        """Whether more is likely to wait behind it."""
        return len(self) >= BATCH

    @property
    def retried(self) -> bool:
        """Whether this was claimed before: its worker may have died of it."""
        return any(item.attempts > 1 for item in self.claim.comments)

    @property
    def given_up(self) -> int:
        """How many comments are judged without being scored."""
        return sum(map(given_up, self.claim.comments))

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
        asked = list(zip(self.requests, remaining, strict=True))
        return ScoredBatch(self.claim, comments, asked, self.taken_at)


@dataclass(frozen=True)
class ScoredBatch:
    """A batch with its scores; None where there is none."""

    claim: Claim
    comments: Sequence[tuple[ClaimedComment, Scores | None]]
    requests: Sequence[tuple[AnalysisRequest, Scores | None]]
    taken_at: float  # on the monotonic clock

    def age(self) -> float:
        """Return for how many seconds we have had it."""
        return time.monotonic() - self.taken_at


def given_up(item: ClaimedComment) -> bool:
    """Whether this was claimed so often without a verdict that it is not scored, or has no text."""
    return item.attempts > MAX_ATTEMPTS or isinstance(item.comment, Unreadable)


def beyond_judging(item: ClaimedComment) -> bool:
    """Whether judging it killed its workers, too: then it is answered without a look at it."""
    return item.attempts > LAST_ATTEMPT


def take_batch(
    runtime: ScoringRuntime, limit: int = BATCH, *, retried_first: bool = False
) -> Batch:
    """Take what waits, up to `limit` of each kind; raise StoreUnavailable.

    What was claimed before comes when nothing new waits, or now with `retried_first`.
    """
    if retried_first and (again := _take_one_again(runtime)):
        return again
    new = Batch(_claim(runtime, limit, retried=False), _take_requests(runtime, limit))
    return new if new or retried_first else _take_one_again(runtime)


def _take_one_again(runtime: ScoringRuntime) -> Batch:
    """Take one alone: it may have killed its worker, and nothing else's doing may count as its."""
    return Batch(_claim(runtime, 1, retried=True), ())


def _claim(runtime: ScoringRuntime, limit: int, *, retried: bool) -> Claim:
    now = runtime.clock()
    return runtime.database.write(
        lambda tx: claim_pending(tx, now, limit=limit, lease=lease_keeper.LEASE, retried=retried)
    )


def _take_requests(runtime: ScoringRuntime, limit: int) -> list[AnalysisRequest]:
    try:
        return take_requests(runtime.redis, limit, runtime.clock().timestamp())
    except RedisError:  # comments are judged without Redis, too
        return []
