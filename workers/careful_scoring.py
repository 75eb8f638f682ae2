"""Scoring that loses no batch to one bad text, and lets no impossible score through."""

import time
from collections.abc import Sequence

import structlog
from rq.timeouts import BaseTimeoutException

from workers.scorers.protocol import Scorer, Scores, possible
from workers.telemetry import BATCH_SIZE, SCORER_FAILURES, SCORING_SECONDS
from workers.watchdog import watched

log = structlog.get_logger()

_NOT_THE_SCORERS = (BaseTimeoutException, SystemExit, KeyboardInterrupt)


def score_carefully(scorer: Scorer, texts: Sequence[str]) -> list[Scores | None]:
    """Return the scores of each text, None for one that the scorer cannot score.

    When the batch fails, its texts are scored one by one. Raises only RQ's time-outs.
    """
    if not texts:
        return []
    scores = _attempt(scorer, texts)
    if scores is None and len(texts) > 1:
        scores = [(_attempt(scorer, [text]) or [None])[0] for text in texts]
    elif scores is None:
        scores = [None]
    SCORER_FAILURES.inc(sum(score is None for score in scores))
    return scores


def _attempt(scorer: Scorer, texts: Sequence[str]) -> list[Scores | None] | None:
    started = time.perf_counter()
    try:
        with watched():
            scores = scorer.score(texts)
    except _NOT_THE_SCORERS:
        raise
    except BaseException as error:  # a model may raise anything: Rust's panics are no Exception
        log.warning("scorer_failed", texts=len(texts), reason=type(error).__name__)
        return None
    SCORING_SECONDS.labels(scorer.engine.name).observe(time.perf_counter() - started)
    BATCH_SIZE.observe(len(texts))
    if len(scores) != len(texts):
        log.warning("scorer_failed", texts=len(texts), reason="wrong number of scores")
        return None
    return [score if possible(score) else None for score in scores]
