"""The scoring loop: take what is pending, score it together, judge it, write it down.

A batch is whatever waits, so it is one comment when little happens and grows with the load by
itself. One thread scores while another writes the last batch's verdicts; under load, that one
claims the next batch, too, so that the scorer never waits for the database.
"""

import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from itertools import count

from workers.batches import Batch, ScoredBatch, take_batch
from workers.careful_scoring import score_carefully
from workers.lease_keeper import LeaseKeeper
from workers.recording import answer_requests, record_batch
from workers.runtime import ScoringRuntime
from workers.telemetry import SCORER_FAILURES

AT_MOST_SECONDS = 5.0  # in one go: between goes, a worker hears that it should stop
RETRIED_EVERY = 8  # takes: so what lost its worker has its turn although new ones keep coming

_takes = count(1)  # of this process: a go that is slow may have time for a few only


def score_pending_comments(runtime: ScoringRuntime) -> tuple[int, bool]:
    """Judge what waits; return (how many comments got a verdict, whether nothing is left).

    Raises StoreUnavailable; what was claimed is claimed again when its lease runs out.
    """
    with ExitStack() as stack:
        keeper = stack.enter_context(LeaseKeeper(runtime.database, runtime.clock))
        scribe = stack.enter_context(ThreadPoolExecutor(1, thread_name_prefix="scribe"))
        loop = _Loop(runtime, keeper, scribe)
        return loop.run(), not loop.out_of_time()


class _Loop:
    """Recording is the scribe's, and claiming while the scorer is at work."""

    def __init__(
        self, runtime: ScoringRuntime, keeper: LeaseKeeper, scribe: ThreadPoolExecutor
    ) -> None:
        self._runtime = runtime
        self._keeper = keeper
        self._scribe = scribe
        self._stop_at = time.monotonic() + AT_MOST_SECONDS

    def out_of_time(self) -> bool:
        return time.monotonic() >= self._stop_at

    def run(self) -> int:
        recording: Future[int] | None = None
        written, was_retried = 0, False
        batch: Batch | None = self._take()
        while batch:
            if recording and (batch.retried or was_retried):
                # It may end this process, and should end nothing else with it. Nor should what
                # comes next end it: to have been twice in hand would be held against it.
                recording.result()
            was_retried = batch.retried
            ahead = batch.full and not self.out_of_time()
            following = self._scribe.submit(self._take) if ahead else None
            scored = self._score(batch)
            answer_requests(self._runtime, scored)
            # One batch is being recorded at most: where that is slow, the next one grows.
            written += recording.result() if recording else 0
            batch = following.result() if following else self._take_in_time()
            recording = self._scribe.submit(self._record, scored)
        return written + (recording.result() if recording else 0)

    def _score(self, batch: Batch) -> ScoredBatch:
        SCORER_FAILURES.inc(batch.given_up)
        return batch.deal(score_carefully(self._runtime.scorer, batch.texts()))

    def _take(self) -> Batch:
        batch = take_batch(self._runtime, retried_first=next(_takes) % RETRIED_EVERY == 0)
        self._keeper.hold(batch.claim)
        return batch

    def _take_in_time(self) -> Batch | None:
        return None if self.out_of_time() else self._take()

    def _record(self, scored: ScoredBatch) -> int:
        try:
            return record_batch(self._runtime, scored)
        finally:
            self._keeper.let_go(scored.claim)
