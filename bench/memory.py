"""Memory of each process of `tactful up`, at rest and after 10,000 comments."""

import time

from bench.report import met, progress, table
from bench.sender import Load
from bench.whole import Whole, running_up
from store.claims import pending_backlog

COMMENTS = 10_000
WARM_UP = 2_000
CONNECTIONS = 8
TOLERANCE = 1.10  # of a process, and 2 MiB: allocators keep some


def run() -> str:
    """Measure, and return the section of the report."""
    with running_up() as whole:
        at_start = whole.memory()
        progress(f"memory: {WARM_UP} comments to warm up")
        _post(whole, WARM_UP)
        before = whole.memory()
        progress(f"memory: {COMMENTS} comments")
        _post(whole, COMMENTS)
        after = whole.memory()
    rows = [
        [
            name,
            f"{at_start.get(name, 0):.0f}",
            f"{before[name]:.0f}",
            f"{after.get(name, 0):.0f}",
            met(after.get(name, 0) <= before[name] * TOLERANCE + 2),
        ]
        for name in before
    ]
    head = ["process", "at start, MiB", f"after {WARM_UP}", f"after {COMMENTS} more", "no growth"]
    return (
        "### Memory\n\nUnique memory of each process of `tactful up` with the built-in scorer.\n\n"
        + table(head, rows)
    )


def _post(whole: Whole, count: int) -> None:
    Load(whole.port, whole.api_key, count, CONNECTIONS).apply()
    database = whole.database()
    pending = 1
    while pending:
        time.sleep(0.2)
        with database.read() as tx:
            pending, _ = pending_backlog(tx)
    database.close()
    time.sleep(1)


if __name__ == "__main__":
    print(run())
