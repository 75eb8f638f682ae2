"""A scoring worker process whose scorer does what a test needs. Run by the tests, with -m."""

import os
import sys
import time
from collections.abc import Sequence
from datetime import timedelta

from rules.verdict import EngineRef
from store.database import Database
from tests.make import SEALER
from tests.workers.fakes import FakeScorer
from workers import batches
from workers.policies import PolicyShelf
from workers.process import work
from workers.redis_clients import impatient_client, patient_client
from workers.runtime import ScoringRuntime, install
from workers.scorers.protocol import Scores


class SlowScorer(FakeScorer):
    """Says when it is in the middle of a batch, and when it is through."""

    engine = EngineRef(name="slow", version="1")

    def score(self, texts: Sequence[str]) -> list[Scores]:
        print("scoring", flush=True)
        time.sleep(3)
        print("scored", flush=True)
        return super().score(texts)


class DyingScorer(FakeScorer):
    """Takes its whole process with it at the sight of a text, as a crash in native code does."""

    def score(self, texts: Sequence[str]) -> list[Scores]:
        if any("killer" in text for text in texts):
            os._exit(1)
        return super().score(texts)


SCORERS = {"slow": SlowScorer, "quick": FakeScorer, "dying": DyingScorer}


def main(kind: str, database_url: str, redis_url: str) -> None:
    scorer = SCORERS[kind]()
    redis = impatient_client(redis_url)
    install(ScoringRuntime(Database(database_url), redis, scorer, PolicyShelf(), SEALER))
    if kind == "dying":  # so that the test need not wait long for what its deaths leave behind
        setattr(batches, "LEASE", timedelta(seconds=1))  # noqa: B010 - a constant of its own
    print("ready", flush=True)
    work("score", patient_client(redis_url))


if __name__ == "__main__":
    main(*sys.argv[1:])
