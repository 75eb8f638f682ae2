"""A scrape of `/metrics` with 100 sites and 1,000 rules, from a whole web process."""

import http.client
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import Connection, insert, select

from bench.ground import KEEPING, Ground, fresh_ground
from bench.ingest import serving
from bench.report import met, percentile, progress, table
from rules.comment import Comment
from service.settings import METRICS_FOLDER_VARIABLE
from store.claims import claim_pending
from store.comments import submit_comment
from store.ids import new_id
from store.sites import create_site
from store.tables import webhooks
from store.verdicts import record_verdicts
from tests.make import make_verdict

SITES = 100
RULES = 1_000
HELD, PENDING = 10_000, 2_000
PROCESSES = {"web": 2, "score": 2, "deliver": 1}
SCRAPES = 60
MOST_SECONDS, MOST_BYTES = 0.05, 2**20


def run() -> str:
    """Measure, and return the section of the report."""
    with fresh_ground() as ground, tempfile.TemporaryDirectory() as folder:
        progress(f"scrape: {SITES} sites, {HELD} comments held")
        _fill(ground)
        os.environ[METRICS_FOLDER_VARIABLE] = folder
        try:
            for kind, count in PROCESSES.items():
                for _ in range(count):
                    _count(kind, ground)
            with serving("with", ground) as port:
                took, size = _scrapes(port)
        finally:
            del os.environ[METRICS_FOLDER_VARIABLE]
    median, worst = percentile(took, 0.5), percentile(took, 0.95)
    return (
        f"### A scrape of `/metrics`\n\n{SITES} sites, {RULES} rules that have matched, every route"
        f" answered with three statuses by each of {PROCESSES['web']} web processes,"
        f" {HELD} comments held, {PENDING} pending and as many deliveries waiting, SQLite;"
        f" {SCRAPES} scrapes. Targets: {1000 * MOST_SECONDS:.0f} ms and 1 MiB.\n\n"
        + table(
            ["", "p50", "p95", "size"],
            [
                [
                    "`GET /metrics`",
                    f"{1000 * median:.0f} ms ({met(median < MOST_SECONDS)})",
                    f"{1000 * worst:.0f} ms",
                    f"{size / 1024:.0f} KiB ({met(size < MOST_BYTES)})",
                ]
            ],
        )
    )


def _fill(ground: Ground) -> None:
    now = datetime.now(UTC)

    def work(tx: Connection) -> None:
        sites = [create_site(tx, f"site-{n}", now)[0].id for n in range(SITES)]
        for site in sites:
            row = {"id": new_id("whk"), "site_id": site, "url": "https://blog.example/hook"}
            events = '["comment.verdict"]'
            tx.execute(
                insert(webhooks).values(
                    secret="", created_at=now, enabled=True, events=events, **row
                )
            )
        for number in range(HELD):
            submit_comment(tx, sites[number % SITES], Comment(body=f"Held {number}"), now, KEEPING)

    ground.database.write(work)
    lease = timedelta(minutes=5)
    verdict = make_verdict("review", scored_at=now)
    claim = ground.database.write(lambda tx: claim_pending(tx, now, limit=HELD, lease=lease))
    judged = [(item, verdict) for item in claim.comments]
    ground.database.write(lambda tx: record_verdicts(tx, claim, judged, now))

    def pending(tx: Connection) -> None:
        site = tx.execute(select(webhooks.c.site_id).limit(1)).scalar_one()
        for number in range(PENDING):
            submit_comment(tx, site, Comment(body=f"Pending {number}"), now, KEEPING)

    ground.database.write(pending)


def _count(kind: str, ground: Ground) -> None:
    command = [sys.executable, "-m", "bench.counting", kind, str(RULES)]
    subprocess.run([*command, ground.database_url, ground.redis_url], check=True)


def _scrapes(port: int) -> tuple[list[float], int]:
    took, size = [], 0
    connection = http.client.HTTPConnection(urlsplit(f"//127.0.0.1:{port}").netloc, timeout=30)
    for number in range(SCRAPES + 5):
        started = time.perf_counter()
        connection.request("GET", "/metrics")
        size = len(connection.getresponse().read())
        if number >= 5:  # the first ones load modules
            took.append(time.perf_counter() - started)
        time.sleep(0.02)
    return took, size


if __name__ == "__main__":
    print(run())
