"""The short form of the fault suite on PostgreSQL and Redis (`make faults` is the long one)."""

from collections.abc import Iterator

import pytest

from tests.faults.fault import Fault
from tests.faults.of_postgres import POSTGRES_FAULTS
from tests.faults.of_production import PROCESS_FAULTS
from tests.faults.of_receivers import RECEIVER_FAULTS
from tests.faults.of_redis import REDIS_FAULTS
from tests.faults.production import Production
from tests.faults.short import TIMEOUT_SECONDS, survives

TELLING = (
    "web server, kill -9",
    "scoring workers, kill -9",
    "every process, SIGTERM during load",
    "scoring worker, SIGSTOP past its lease, SIGCONT",
    "a comment that kills its scorer",
    "the same POST ten times at once",
    "Redis, kill -9, back empty",
    "Redis out of memory (noeviction)",
    "PostgreSQL crashes, recovers",
    "PostgreSQL, connections cut in mid-transaction",
    "PostgreSQL, disk full",
    "receiver answers 500",
)
FAULTS = {
    fault.name: fault
    for fault in (*PROCESS_FAULTS, *REDIS_FAULTS, *POSTGRES_FAULTS, *RECEIVER_FAULTS)
}


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Production]:
    """One for all: each fault hits what the ones before left behind."""
    with Production(tmp_path_factory.mktemp("production")) as stage:
        yield stage


@pytest.mark.timeout(TIMEOUT_SECONDS)
@pytest.mark.parametrize("fault", [FAULTS[name] for name in TELLING], ids=lambda fault: fault.name)
def test_nothing_is_lost_judged_twice_or_told_under_two_names(
    stage: Production, fault: Fault[Production]
) -> None:
    survives(fault, stage, stage.disk)
