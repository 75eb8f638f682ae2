"""The baseline: the design most people would write, one forked RQ job a comment.

Same scorer, same policy, same store; only the queue is different.
"""

from redis import Redis
from rq import Queue

from workers.batches import take_batch
from workers.recording import Recording
from workers.runtime import scoring_runtime

QUEUE = "naive"


def enqueue(redis: Redis, comment_id: str) -> None:
    """Queue the job of one comment."""
    Queue(QUEUE, connection=redis).enqueue("bench.naive.score_one", comment_id)


def score_one(_comment_id: str) -> None:
    """Score one comment, judge it and record its verdict."""
    runtime = scoring_runtime()
    batch = take_batch(runtime, limit=1)
    Recording.of(runtime, batch.deal([*runtime.scorer.score(batch.texts())])).run()
