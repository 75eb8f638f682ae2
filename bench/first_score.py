"""What an engine costs to have: time from a process's start to its first score, and memory."""

import subprocess
import sys
import time
from typing import NamedTuple

import psutil

import workers.jobs  # noqa: F401 - what a worker has in memory anyway
from bench.standin import named_scorer

TEXTS = ["What a lovely tram.", "You wrote the most boring review that I have seen. " * 8] * 4


class Cost(NamedTuple):
    """Seconds to the first score; MiB resident after a few."""

    seconds: float
    mebibytes: float


def cost_of(scorer: str) -> Cost:
    """Measure in a process of its own; the files are in the page cache, as after a restart."""
    command = [sys.executable, "-m", "bench.first_score", scorer]
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        process.stdout.readline()
        seconds = time.perf_counter() - started
        return Cost(seconds, float(process.stdout.readline()))


def main(name: str) -> None:
    scorer = named_scorer(name)
    scorer.score(TEXTS[:1])
    print("scored", flush=True)
    scorer.score(TEXTS)
    print(psutil.Process().memory_info().rss / 2**20, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
