"""The short form of a fault: once, for two seconds, as CI runs it."""

from dataclasses import replace

import pytest

from tests.faults.disk import SmallDisk
from tests.faults.fault import Fault, S, run

TIMEOUT_SECONDS = 400
_RATE = 10.0
_SHORT_SECONDS = 2.0
_PATIENCE_SECONDS = 90.0  # a busy machine; how long it takes is for the long form to say


def survives(fault: Fault[S], stage: S, disk: SmallDisk) -> None:
    """Run a fault and let the ledger judge; skip what fills a disk that cannot be filled."""
    if "disk full" in fault.name and not disk.limited:
        pytest.skip("only root may mount a small disk")
    short = replace(fault, lasts=min(fault.lasts, _SHORT_SECONDS))
    found = run(short, stage, rate=_RATE, times=1, patience=_PATIENCE_SECONDS)
    assert found.accepted > 0
