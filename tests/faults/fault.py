"""A fault: what is done to a stage under traffic, and what it came to."""

import contextlib
import random
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Generic, TypeVar

from store.database import Database
from tests.faults.ledger import Ledger
from tests.faults.stage import Stage
from tests.faults.traffic import CONNECTIONS, Platform, post_again, steady

S = TypeVar("S", bound=Stage)
Strike = Callable[[S, Platform], AbstractContextManager[object]]

LEAD_SECONDS = 0.7  # of traffic before the fault, and after its end
RECOVERY_SECONDS = 15.0


@dataclass(frozen=True)
class Fault(Generic[S]):
    """A fault: `strike` injects it, and ends it when its context ends.

    It lasts `lasts` seconds and comes `times` times in the long form, once in the short one, up
    to `apart` seconds after the one before.
    """

    name: str
    strike: Strike[S]
    lasts: float = 0.5
    times: int = 1
    apart: float = 3.0


@dataclass(frozen=True)
class Outcome:
    """What a fault came to: a row of the report."""

    name: str
    times: int
    accepted: int
    refused: int
    verdicts: int
    events: int
    duplicates: int
    recovery: float


def run(fault: Fault[S], stage: S, *, rate: float, times: int, patience: float) -> Outcome:
    """Strike a stage under traffic; fail when it has not recovered after `patience` seconds."""
    ledger = Ledger()
    with contextlib.ExitStack() as stack:
        platforms = [stage.platform(ledger) for _ in range(CONNECTIONS)]
        for platform in platforms:
            stack.callback(platform.close)
        with steady(lambda: stage.platform(ledger), rate):
            time.sleep(LEAD_SECONDS)
            for number in range(times):
                time.sleep(random.uniform(0, fault.apart) if number else 0)
                with fault.strike(stage, platforms[0]):
                    time.sleep(fault.lasts)
                    ended = time.monotonic()
            time.sleep(LEAD_SECONDS)
        _recover(stage, ledger, platforms, ended + patience)
        recovery = time.monotonic() - ended
        return _outcome(fault, stage, ledger, times, recovery)


def _recover(stage: Stage, ledger: Ledger, platforms: Sequence[Platform], deadline: float) -> None:
    while not ledger.all_told(stage.endpoints):
        post_again(platforms)
        missing = ledger.missing(stage.endpoints)
        assert time.monotonic() < deadline, f"not told: {missing}, {ledger.refused}"
        time.sleep(0.1)


def _outcome(fault: Fault[S], stage: Stage, ledger: Ledger, times: int, recovery: float) -> Outcome:
    with contextlib.closing(Database(stage.database_url)) as database:
        ledger.check(database, stage.endpoints)
        events, duplicates = ledger.events(stage.endpoints)
        return Outcome(
            name=fault.name,
            times=times,
            accepted=len(ledger.revisions),
            refused=ledger.refused.total(),
            verdicts=ledger.verdicts(database).total(),
            events=events,
            duplicates=duplicates,
            recovery=recovery,
        )
