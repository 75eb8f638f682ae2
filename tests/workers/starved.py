"""A scoring worker whose `lite` runs out of memory on longer texts: `python -m … DATABASE_URL`.

While it scores, the process may have no more memory than it has. Prints its log as JSON lines, and
at last the failures that it counted.
"""

import os
import resource
import sys
from collections.abc import Sequence

import psutil
import structlog
from prometheus_client import REGISTRY

from store.database import Database
from tests.conftest import NOW
from tests.make import SEALER
from workers.policies import PolicyShelf
from workers.redis_clients import impatient_client
from workers.runtime import ScoringRuntime
from workers.scorers.lite import LiteScorer
from workers.scorers.protocol import Scores
from workers.scoring import score_pending_comments


class Starved(LiteScorer):
    """The real one, without memory to grow."""

    def score(self, texts: Sequence[str]) -> list[Scores]:
        before = resource.getrlimit(resource.RLIMIT_AS)
        used = psutil.Process(os.getpid()).memory_info().vms
        resource.setrlimit(resource.RLIMIT_AS, (used, before[1]))
        try:
            return super().score(texts)
        finally:
            resource.setrlimit(resource.RLIMIT_AS, before)


def main(database_url: str) -> None:
    structlog.configure(
        processors=[structlog.processors.JSONRenderer()],
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
    )
    nowhere = impatient_client("redis://127.0.0.1:1/0")
    database = Database(database_url)
    runtime = ScoringRuntime(database, nowhere, Starved(), PolicyShelf(), SEALER, lambda: NOW)
    score_pending_comments(runtime)
    print(REGISTRY.get_sample_value("tactful_scorer_failures_total"))


if __name__ == "__main__":
    main(sys.argv[1])
