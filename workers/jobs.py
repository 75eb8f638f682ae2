"""The RQ jobs: what a ring of a doorbell starts. They take the bell down before they look."""

from workers.doorbell import Doorbell
from workers.runtime import scoring_runtime
from workers.scoring import score_all_pending


def score_pending() -> None:
    """Judge every pending comment."""
    runtime = scoring_runtime()
    Doorbell(runtime.redis).take_down("score")
    score_all_pending(runtime)
