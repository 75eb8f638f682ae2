"""A worker process to be measured: Tactful's own, or the baseline's forking one."""

import sys

from rq import Worker

from bench import naive
from bench.standin import named_scorer
from store.database import Database
from workers.policies import PolicyShelf
from workers.process import work
from workers.redis_clients import impatient_client, patient_client
from workers.runtime import ScoringRuntime, install


def main(design: str, scorer: str, database_url: str, redis_url: str) -> None:
    """Install the runtime and work until killed; print `ready` when jobs can be taken."""
    redis = impatient_client(redis_url)
    database = Database(database_url)
    install(ScoringRuntime(database, redis, named_scorer(scorer), PolicyShelf()))
    if design == "naive":
        _say_ready()
        Worker([naive.QUEUE], connection=patient_client(redis_url)).work(logging_level="ERROR")
    else:
        work("score", patient_client(redis_url), on_ready=_say_ready)


def _say_ready() -> None:
    print("ready", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
