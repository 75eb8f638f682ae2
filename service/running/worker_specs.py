"""The worker processes as a supervisor starts them: one for each queue."""

import os
from collections.abc import Mapping

from service.running.child import ChildSpec, our_command

# Batches are small, and the other cores have work of their own.
_ARITHMETIC_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def worker_specs(env: Mapping[str, str]) -> list[ChildSpec]:
    """Return a child for each queue; `env` is added to our environment."""
    single = {name: os.environ.get(name, "1") for name in _ARITHMETIC_THREADS}
    return [
        ChildSpec(name, our_command("worker", "--queue", name), {**single, **env}, stop_stage=1)
        for name in ("score", "deliver")
    ]
