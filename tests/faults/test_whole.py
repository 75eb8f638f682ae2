"""The short form of the fault suite on `tactful up` (`make faults` is the long one)."""

from collections.abc import Iterator

import pytest

from tests.faults.fault import Fault
from tests.faults.of_whole import UP_FAULTS
from tests.faults.short import TIMEOUT_SECONDS, survives
from tests.faults.whole import WholeUp

TELLING = (
    "up, kill -9",
    "up's scoring worker, kill -9",
    "up's Redis, kill -9",
    "SQLite, disk full",
)
FAULTS = {fault.name: fault for fault in UP_FAULTS}


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeUp]:
    with WholeUp(tmp_path_factory.mktemp("up")) as stage:
        yield stage


@pytest.mark.timeout(TIMEOUT_SECONDS)
@pytest.mark.parametrize("fault", [FAULTS[name] for name in TELLING], ids=lambda fault: fault.name)
def test_nothing_is_lost_judged_twice_or_told_under_two_names(
    stage: WholeUp, fault: Fault[WholeUp]
) -> None:
    survives(fault, stage, stage.disk)
