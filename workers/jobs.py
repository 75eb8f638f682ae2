"""The RQ jobs: what a ring of a doorbell starts. They take the bell down before they look."""

from workers.doorbell import Doorbell
from workers.runtime import scoring_runtime
from workers.scoring import score_pending_comments


def score_pending() -> None:
    """Judge every pending comment."""
    runtime = scoring_runtime()
    doorbell = Doorbell(runtime.redis)
    doorbell.take_down("score")
    _, finished = score_pending_comments(runtime)
    if not finished:
        doorbell.ring("score")
