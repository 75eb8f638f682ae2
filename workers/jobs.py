"""The RQ jobs: what a ring of a doorbell starts. They take the bell down before they look."""

from rules.remembering import forget_texts
from workers import delivery
from workers.doorbell import Doorbell
from workers.runtime import ScoringRuntime, delivery_runtime, scoring_runtime
from workers.scoring import score_pending_comments
from workers.spam.teaching import teach_what_waits
from workers.stopping import stop_requests


def score_pending() -> None:
    """Judge every pending comment, then learn from what people decided; forget their texts.

    Where none is pending, a policy may have been activated: that is compiled for the next one.
    """
    runtime = scoring_runtime()
    runtime.doorbell.take_down("score")
    try:
        judged, finished = score_pending_comments(runtime)
        if not judged:
            get_policies_ready(runtime)
        learned = teach_what_waits(runtime.database, runtime.clock)
    finally:
        forget_texts()
    if not (finished and learned):
        runtime.doorbell.ring("score")


def get_policies_ready(runtime: ScoringRuntime) -> None:
    """Compile the policies that the next comments will ask for; raise StoreUnavailable."""
    with runtime.database.read() as tx:
        runtime.policies.get_ready(tx)


def deliver_due() -> None:
    """Send every webhook that is due."""
    runtime = delivery_runtime()
    doorbell = Doorbell(runtime.redis)
    doorbell.take_down("deliver")
    with stop_requests() as stop:
        delivery.deliver_due(runtime, stop)
    if stop.is_set():
        doorbell.ring("deliver")
