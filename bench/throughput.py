"""Comments a second from submission to stored verdict, against one forked RQ job a comment."""

import time

from bench import naive
from bench.corpus import real_comments
from bench.ground import Ground, fresh_ground, running_worker
from bench.report import met, progress, table
from bench.standin import StandIn, named_scorer
from workers.batches import BATCH
from workers.doorbell import Doorbell

COMMENTS = 1_000
WARM_UP = 20
TARGET_TIMES = 10
TARGET_SHARE = 0.85


def run() -> str:
    """Measure, and return the section of the report."""
    rows = []
    for scorer in ("stand-in", "linear", "lite"):
        texts = real_comments(COMMENTS)
        alone = _alone(scorer, texts)
        ours, naively = _measured("tactful", scorer, texts), _measured("naive", scorer, texts)
        rows.append(
            [
                scorer,
                f"{naively:.0f}/s",
                f"{ours:.0f}/s",
                _times(scorer, ours / naively),
                f"{alone:.0f}/s",
                _share(scorer, ours / alone),
            ]
        )
    head = ["scorer", "a job a comment", "Tactful", "times", "scorer alone", "share of it"]
    return (
        "### Comments a second, from submission to stored verdict\n\n"
        f"{COMMENTS} comments of Civil Comments, SQLite, one worker process; `stand-in` takes"
        f" 5 ms a call and 1 ms a comment. Baseline: one RQ job a comment with RQ's forking worker,"
        f" same scorer, policy and store. Targets: {TARGET_TIMES} times the baseline,"
        f" {TARGET_SHARE:.0%} of the stand-in alone in batches of {BATCH}. (`lite` itself takes"
        " most of a comment's time, so that no queue around it could be ten times as fast.)\n\n"
        + table(head, rows)
    )


def _times(scorer: str, times: float) -> str:
    return f"{times:.1f}" + ("" if scorer == "lite" else f" ({met(times >= TARGET_TIMES)})")


def _share(scorer: str, share: float) -> str:
    verdict = f" ({met(share >= TARGET_SHARE)})" if scorer == StandIn.engine.name else ""
    return f"{share:.0%}{verdict}"


def _alone(name: str, texts: list[str]) -> float:
    scorer = named_scorer(name)
    scorer.score(texts[:WARM_UP])
    started = time.perf_counter()
    for start in range(0, len(texts), BATCH):
        scorer.score(texts[start : start + BATCH])
    return len(texts) / (time.perf_counter() - started)


def _measured(design: str, scorer: str, texts: list[str]) -> float:
    progress(f"{design}, {scorer}: {len(texts)} comments")
    with fresh_ground() as ground, running_worker(ground, design, scorer):
        _submit_all(ground, design, texts[:WARM_UP])
        ground.wait_for_verdicts(WARM_UP)
        started = time.perf_counter()
        _submit_all(ground, design, texts)
        ground.wait_for_verdicts(WARM_UP + len(texts))
        return len(texts) / (time.perf_counter() - started)


def _submit_all(ground: Ground, design: str, texts: list[str]) -> None:
    doorbell = Doorbell(ground.redis)
    for text in texts:
        comment_id = ground.submit(text)
        if design == "naive":
            naive.enqueue(ground.redis, comment_id)
        else:
            doorbell.ring("score")


if __name__ == "__main__":
    print(run())
