"""A worker process to be measured: Tactful's own, or the baseline's forking one."""

import sys

from rq import Worker

from bench import naive
from bench.ground import KEEPING
from bench.standin import named_scorer
from service.logging import set_up_logging
from store.database import Database
from store.sites import list_sites
from workers.collector import spare_long_lived_objects
from workers.policies import PolicyShelf
from workers.process import work
from workers.redis_clients import impatient_client, patient_client
from workers.runtime import ScoringRuntime, install


def main(design: str, scorer: str, database_url: str, redis_url: str) -> None:
    """Install the runtime and work until killed; print `ready` when jobs can be taken."""
    redis = impatient_client(redis_url)
    database = Database(database_url)
    shelf = PolicyShelf(spare_long_lived_objects)
    runtime = ScoringRuntime(database, redis, named_scorer(scorer), shelf, KEEPING.sealer)
    set_up_logging("json")  # to standard error, as of a worker; nobody reads our output
    install(runtime)
    _compile_policies(runtime)
    print("ready", flush=True)
    if design == "naive":
        Worker([naive.QUEUE], connection=patient_client(redis_url)).work(logging_level="ERROR")
    else:
        work("score", redis_url)


def _compile_policies(runtime: ScoringRuntime) -> None:
    """Compile them before any fork, so that the baseline's jobs need not."""
    with runtime.database.read() as tx:
        runtime.policies.active(tx, {site.id for site in list_sites(tx)})
    runtime.database.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
