"""What the queries cost with 1,000 to 1,000,000 stored comments, and how they are planned.

    python -m bench sizes        # the chapter; the plans go to docs/query-plans.md

Each is timed through the store's own functions, in a transaction that is undone.
"""

import os
import re
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event

from bench.databases import fresh_postgres, fresh_sqlite
from bench.ground import KEEPING
from bench.report import met, progress, table
from bench.stored import NOW, Stored, comment_id, fill, new_stored
from rules.comment import Comment
from store.as_of import AsOf
from store.author_past import past_of_authors
from store.claims import claim_pending, pending_backlog, pending_since
from store.comments import find_comment, list_comments, submit_comment
from store.counts import counts_between
from store.database import Database
from store.deliveries import delivery_backlog, list_deliveries
from store.delivery_claims import Room, claim_due
from store.due_deliveries import due_for_sending
from store.migrate import upgrade
from store.review import Looker, QueueItem, comments_of_queue, count_waiting
from store.review_backlog import review_backlog
from store.review_finding import QueueFilter
from store.review_looks import FIRST_LOOK, Reach, look_along
from store.stats import review_figures
from store.times_ahead import any_times_ahead
from store.upkeep import forget_old_events

SIZES = tuple(int(size) for size in os.environ.get("SIZES", "1000 10000 100000 1000000").split())
PENDING = 100
PAGE = 50
ROUNDS = 15
FLAT = 5.0  # times as long with a thousand times as many; and a millisecond
PLANS = Path(__file__).parents[1] / "docs" / "query-plans.md"
LARGE = ("comments", "verdicts", "events", "deliveries", "decisions", "review_tags")
PARTIAL = ("ix_comments_pending", "ix_comments_review", "ix_deliveries_due", "ix_deliveries_held")

Work = Callable[[Connection], Any]


class _Undone(Exception):
    """Ends a transaction without keeping what it did."""


def run() -> str:
    """Measure both databases, write the plans, and return the chapter of the report."""
    sections, plans = [], []
    for name, opened in (("SQLite", fresh_sqlite), ("PostgreSQL", fresh_postgres)):
        with opened() as database:
            section, plan = _measured(name, database)
        sections.append(section)
        plans.append(plan)
    PLANS.write_text("\n\n".join([_PLANS_HEAD, *plans]) + "\n")
    return "\n\n".join([_HEAD, *sections])


_HEAD = f"""\
## Cost by the number of stored comments (`bench/sizes.py`)

Milliseconds of the store's functions, the fastest of {ROUNDS}, each in a transaction of its own
that is undone. SQLite plans without `ANALYZE`, which Tactful never runs there. {PENDING} comments
are pending, 2 in 100 wait for people, each has a delivered webhook. Flat: at
most {FLAT:g} times as long, and a millisecond, at the right as at the left. The plans are in
[query-plans.md](query-plans.md). What counts what waits for people, or what people decided in a
time, grows with that and not with what is stored; here that is a fixed share."""
_PLANS_HEAD = f"""\
# Query plans

Written by `python -m bench sizes` with {SIZES[-1]:,} stored comments: how each database reads what
the pipeline, the lists and the statistics ask for."""


def works_of(stored: Stored, size: int) -> dict[str, Work]:
    site, middle = stored.site_id, comment_id(size // 2)
    day, week = timedelta(days=1), timedelta(days=7)
    looker = Looker("nobody", NOW)
    fresh = Comment(body="One more comment.", external_id="one-more")
    author = [f"author-{number}" for number in range(10)]
    return {
        "submit a comment": lambda tx: submit_comment(tx, site, fresh, NOW, KEEPING),
        "claim 64 pending": lambda tx: claim_pending(tx, NOW, limit=64, lease=day),
        "claim a retried one": lambda tx: claim_pending(tx, NOW, limit=1, lease=day, retried=True),
        "is anything pending": lambda tx: pending_since(tx, NOW + day, NOW),
        "the backlog": pending_backlog,
        "times ahead of the clock": lambda tx: any_times_ahead(tx, NOW),
        "list, newest 50": lambda tx: list_comments(tx, site, limit=50),
        "list, from the middle": lambda tx: list_comments(tx, site, before=middle, limit=50),
        "list, rejected": lambda tx: list_comments(tx, site, action="reject", limit=50),
        "list, scored for review": lambda tx: list_comments(
            tx, site, status="scored", action="review", limit=50
        ),
        "list, pending": lambda tx: list_comments(tx, site, status="pending", limit=50),
        "one by external_id": lambda tx: find_comment(tx, site, "ext-500"),
        "review queue, first page": lambda tx: _page(tx, site, QueueFilter(), looker),
        "review queue, with a label": lambda tx: _page(
            tx, site, QueueFilter(label="insult"), looker
        ),
        "review queue, counted": lambda tx: count_waiting(tx, site, "", NOW),
        "gauge of the review queue*": review_backlog,
        "stats, counts of a week": lambda tx: counts_between(tx, site, NOW - week, NOW),
        "stats, decisions of a day*": lambda tx: review_figures(tx, site, NOW - day, NOW),
        "past of 10 authors*": lambda tx: past_of_authors(tx, site, author, AsOf(NOW)),
        "list of deliveries": lambda tx: list_deliveries(tx, site, limit=50),
        "list of deliveries, failed": lambda tx: list_deliveries(
            tx, site, state="failed", limit=50
        ),
        "is anything due": lambda tx: due_for_sending(tx, NOW),
        "claim due deliveries": lambda tx: claim_due(
            tx, NOW, room=Room(64, 32, lambda _: 8), lease=day
        ),
        "the backlog of webhooks": delivery_backlog,
        "forget old events": lambda tx: forget_old_events(tx, NOW - day),
    }


def _page(tx: Connection, site_id: str, wanted: QueueFilter, looker: Looker) -> Sequence[QueueItem]:
    """Look and read as the queue's page does."""
    look = look_along(tx, site_id, wanted, looker.now, Reach(FIRST_LOOK, PAGE))
    return comments_of_queue(tx, site_id, wanted.queue, look.ids, looker)


def _measured(name: str, database: Database) -> tuple[str, str]:
    upgrade(database)
    stored, columns, filled = new_stored(database), [], 0
    for number in range(PENDING):
        comment = Comment(body=f"Pending comment {number}")
        database.write(lambda tx, c=comment: submit_comment(tx, stored.site_id, c, NOW, KEEPING))  # type: ignore[misc]
    for size in SIZES:
        progress(f"sizes: {name}, {size:,} comments")
        fill(database, stored, filled + 1, size)
        filled = size
        works = works_of(stored, size)
        columns.append({what: _timed(database, work) for what, work in works.items()})
    rows = []
    for what in columns[0]:
        times = [column[what] for column in columns]
        flat = "" if what.endswith("*") else f" ({met(times[-1] <= FLAT * times[0] + 1)})"
        ratio = f"{times[-1] / times[0]:.1f}{flat}"
        rows.append([what, *(f"{one:.2f}" for one in times), ratio])
    head = [name, *(f"{size:,}" for size in SIZES), "times"]
    plans = [_planned(database, what, work) for what, work in works_of(stored, SIZES[-1]).items()]
    return table(head, rows) + "\n\n\\* grows with what it counts", f"## {name}\n\n" + "\n\n".join(
        plans
    )


def _timed(database: Database, work: Work) -> float:
    times = []
    for _ in range(3):
        _undone(database, work)  # warm
    for _ in range(ROUNDS):
        started = time.perf_counter()
        _undone(database, work)
        times.append((time.perf_counter() - started) * 1000)
    return min(times)  # whatever else the machine does only adds to it


def _undone(database: Database, work: Work) -> None:
    def done(tx: Connection) -> None:
        work(tx)
        raise _Undone

    with suppress(_Undone):
        database.write(done)


def _planned(database: Database, what: str, work: Work) -> str:
    """Return how `work` is planned; where a large table is read to its end, that is marked."""
    lines = plan_of(database, work)
    mark = " **(reads a whole table)**" if any(reads_all(line) for line in lines) else ""
    return f"### {what}{mark}\n\n```\n" + "\n".join(lines) + "\n```"


def plan_of(database: Database, work: Work) -> list[str]:
    """Return the plans of all statements of `work`, a step a line."""
    explain = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN (COSTS OFF) "
    statements: list[tuple[str, Any]] = []
    lines: list[str] = []

    def note(_c: object, _cursor: object, sql: str, values: object, *_: object) -> None:
        if not sql.startswith(("EXPLAIN", "BEGIN")):
            statements.append((sql, values))

    def explained(tx: Connection) -> None:
        work(tx)
        for sql, values in tuple(statements):
            lines.extend(str(row[-1]) for row in tx.exec_driver_sql(explain + sql, values))

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        _undone(database, explained)
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
    return lines


def reads_all(line: str) -> bool:
    """Whether a line of a plan reads a large table from end to end."""
    tables = "|".join(LARGE)
    step = rf"SCAN ({tables})($| USING (COVERING )?INDEX (?!({'|'.join(PARTIAL)})))"
    return bool(re.search(rf"{step}|Seq Scan on ({tables})\b", line))


if __name__ == "__main__":
    print(run())
