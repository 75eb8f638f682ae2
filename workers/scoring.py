"""The scoring loop: take what is pending, score it together, judge it, write it down.

A batch is whatever waits, so it is one comment when little happens and grows with the load by
itself. One thread scores while another writes the last batch's verdicts; under load, that one
claims the next batch, too, so that the scorer never waits for the database.
"""

import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from itertools import count

import structlog

from store.database import StoreUnavailable
from workers.batches import Batch, ScoredBatch, take_batch
from workers.careful_scoring import score_carefully
from workers.lease_keeper import LeaseKeeper
from workers.pulse import beat
from workers.recording import Recording, answer_requests
from workers.runtime import ScoringRuntime
from workers.telemetry import SCORER_FAILURES

AT_MOST_SECONDS = 5.0  # in one go: between goes, a worker hears that it should stop
RETRIED_EVERY = 8  # takes: so what lost its worker has its turn although new ones keep coming
PATIENCE_SECONDS = 30.0  # with a database that is away, before what was scored is given back
LOOK_AGAIN_SECONDS = 0.5

log = structlog.get_logger()

_takes = count(1)  # of this process: a go that is slow may have time for a few only


def score_pending_comments(runtime: ScoringRuntime) -> tuple[int, bool]:
    """Judge what waits; return (how many comments got a verdict, whether nothing is left).

    Raises StoreUnavailable; what was claimed is given back, or free when its lease ran out.
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
            self._answer(scored)
            # One batch is being recorded at most: where that is slow, the next one grows.
            written += recording.result() if recording else 0
            batch = self._next(following)
            recording = self._scribe.submit(self._record, scored)
        return written + (recording.result() if recording else 0)

    def _score(self, batch: Batch) -> ScoredBatch:
        SCORER_FAILURES.inc(batch.given_up)
        return batch.deal(score_carefully(self._runtime.scorer, batch.texts()))

    def _take(self) -> Batch:
        batch = take_batch(self._runtime, retried_first=next(_takes) % RETRIED_EVERY == 0)
        self._keeper.hold(batch.claim)
        return batch

    def _answer(self, scored: ScoredBatch) -> None:
        try:
            answer_requests(self._runtime, scored)
        except StoreUnavailable:  # those who asked stop waiting; the comments have longer
            log.warning("analyses_not_answered", texts=len(scored.requests))

    def _next(self, following: Future[Batch] | None) -> Batch | None:
        try:
            if following:
                return following.result()
            return None if self.out_of_time() else self._take()
        except StoreUnavailable:  # what was scored is to be recorded all the same
            self._stop_at = time.monotonic()
            return None

    def _record(self, scored: ScoredBatch) -> int:
        try:
            return self._record_patiently(scored)
        except StoreUnavailable:
            self._keeper.give_back(scored.claim)
            raise
        finally:
            self._keeper.let_go(scored.claim)

    def _record_patiently(self, scored: ScoredBatch) -> int:
        """Record a batch; a database that is away for a moment is no reason to judge it again."""
        gives_up_at = time.monotonic() + PATIENCE_SECONDS
        recording = Recording.of(self._runtime, scored)
        while True:
            try:
                return recording.run()
            except StoreUnavailable:
                if time.monotonic() > gives_up_at:
                    raise
                log.warning("verdicts_not_recorded_yet", comments=len(scored.comments))
                beat()
                time.sleep(LOOK_AGAIN_SECONDS)
