"""`python -m tests.faults [WORD…] [NUMBER]`: the long form, written into docs/reliability.md.

With words, only faults whose names have one of them are run; the other rows stay as they are.
With a number, each fault comes so many times at most.
"""

import os
import platform
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from tests.faults.fault import RECOVERY_SECONDS, Fault, Outcome, S, run
from tests.faults.of_postgres import POSTGRES_FAULTS
from tests.faults.of_production import PROCESS_FAULTS
from tests.faults.of_receivers import RECEIVER_FAULTS
from tests.faults.of_redis import REDIS_FAULTS
from tests.faults.of_time import CLOCK_FAULTS, UPGRADE_FAULTS, Clocked, Earlier
from tests.faults.of_whole import UP_FAULTS
from tests.faults.production import Production
from tests.faults.whole import WholeUp

MOST_TIMES = 20
RATE = 20.0  # comments a second
PATIENCE_SECONDS = 120.0  # a fault that takes longer than it should is reported with its time
REPORT = Path(__file__).parents[2] / "docs" / "reliability.md"
BEGIN, END = "<!-- faults -->\n", "<!-- end of faults -->"
HEAD = ("fault", "times", "accepted", "refused", "verdicts", "events", "duplicates", "recovery")

PRODUCTION_FAULTS = [*PROCESS_FAULTS, *REDIS_FAULTS, *POSTGRES_FAULTS, *RECEIVER_FAULTS]

Row = Sequence[str]
_STARTED = time.monotonic()


def main(words: list[str]) -> int:
    """Run the faults; return how many failed."""
    rows = _written()
    caps = [int(word) for word in words if word.isdecimal()]
    named = [word for word in words if not word.isdecimal()]
    for row in _all_rows(named, min(caps, default=MOST_TIMES)):
        rows[row[0]] = row
        print(_line(row), flush=True)
        _write(rows)
    print(f"{_minutes():.1f} minutes in all", flush=True)
    return sum("**" in row[-1] for row in rows.values())


def _ordered(rows: dict[str, Row]) -> Sequence[Row]:
    names = [fault.name for fault in PRODUCTION_FAULTS]
    names += [fault.name for fault in CLOCK_FAULTS]
    names += [fault.name for fault in UPGRADE_FAULTS]
    names += [fault.name for fault in UP_FAULTS]
    return [rows[name] for name in names if name in rows]


def _all_rows(words: list[str], most: int) -> Iterator[Row]:
    yield from _rows(Production, PRODUCTION_FAULTS, words, most)
    yield from _rows(Clocked, CLOCK_FAULTS, words, most)
    yield from _rows(Earlier, UPGRADE_FAULTS, words, most)
    yield from _rows(WholeUp, UP_FAULTS, words, most)


def _rows(
    stage_of: type[S], faults: Sequence[Fault[S]], words: list[str], most: int
) -> Iterator[Row]:
    chosen = [f for f in faults if not words or any(word in f.name for word in words)]
    if not chosen:
        return
    with (
        tempfile.TemporaryDirectory(prefix="tactful-faults-") as folder,
        stage_of(Path(folder)) as stage,
    ):
        for fault in chosen:
            times = min(fault.times, most)
            print(f"{_minutes():.1f} min: {fault.name}, {times} times", flush=True)
            try:
                found = run(fault, stage, rate=RATE, times=times, patience=PATIENCE_SECONDS)
            except Exception:
                traceback.print_exc()
                yield (fault.name, str(times), *[""] * 5, "**failed**")
            else:
                yield _row(found)


def _minutes() -> float:
    return (time.monotonic() - _STARTED) / 60


def _row(found: Outcome) -> Row:
    late = "" if found.recovery <= RECOVERY_SECONDS else "**late:** "
    counts = (found.times, found.accepted, found.refused, found.verdicts, found.events)
    figures = [str(count) for count in (*counts, found.duplicates)]
    return (found.name, *figures, f"{late}{found.recovery:.1f} s")


def _line(row: Row) -> str:
    return "| " + " | ".join(row) + " |"


def _written() -> dict[str, Row]:
    """Return the rows that the report has, by the fault's name."""
    _, _, rest = REPORT.read_text().partition(BEGIN)
    table, _, _ = rest.partition(END)
    lines = [line for line in table.splitlines() if line.startswith("| ")][2:]
    rows = [line.removeprefix("| ").removesuffix(" |").split(" | ") for line in lines]
    return {row[0]: row for row in rows}


def _write(rows: dict[str, Row]) -> None:
    before, _, rest = REPORT.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    marks = ["---", *["---:"] * (len(HEAD) - 1)]
    table = "\n".join(_line(row) for row in (HEAD, marks, *_ordered(rows)))
    today = datetime.now(UTC).date().isoformat()
    cores = len(os.sched_getaffinity(0))
    machine = (
        f"*{today}, {cores} cores with a load average of {os.getloadavg()[2]:.0f} from everything"
        f" that runs there, Python {platform.python_version()}, {RATE:.0f} posts/s.*"
    )
    REPORT.write_text(f"{before}{BEGIN}{table}\n\n{machine}\n{END}{after}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
