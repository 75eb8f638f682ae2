"""How long the review pages take with 100 and with 100,000 comments waiting.

    python -m bench review              # the chapter
    SIZES="100 5000" python -m bench.review

An app on a database of its own, asked through the WSGI interface, so that what is timed is the
work of a request and no network. The two queues are asked in turn, so that what else the machine
does falls on both.
"""

import logging
import os
import re
import time
from collections.abc import Callable, Sequence
from html import unescape
from http import HTTPStatus
from statistics import median
from typing import Any

import structlog
from flask.testing import FlaskClient
from sqlalchemy import select

from bench.databases import fresh_postgres, fresh_sqlite
from bench.report import met, progress, table
from bench.waiting import CAMPAIGN, GROUP, NOW, Waiting, fill_queue
from service.app import create_app
from service.context import ServiceContext
from store.database import Database
from store.migrate import upgrade
from store.people import add_moderator, hash_password
from store.review_finding import FEW
from store.review_looks import NEXT_LOOK
from store.sealing import Sealer
from store.sites import create_site
from store.tables import comments
from workers.doorbell import Doorbell
from workers.redis_clients import impatient_client

SIZES = tuple(int(size) for size in os.environ.get("SIZES", "100 100000").split())
ROUNDS = int(os.environ.get("ROUNDS", "40"))
WARM = 3  # rounds that do not count
FLAT = 1.5  # times as long at most
NEVER = "/review?q=left+right"
GOING_ON = "going on"  # of a search that a long queue has not been looked through for
OK, SEE_OTHER = HTTPStatus.OK, HTTPStatus.SEE_OTHER

Page = Callable[[], Any]


def run() -> str:
    """Measure on both databases, and return the chapter of the report."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    sections = [_HEAD]
    for name, opened in (("SQLite", fresh_sqlite), ("PostgreSQL", fresh_postgres)):
        with opened() as database:
            upgrade(database)
            sections.append(_section(name, database))
    return "\n\n".join(sections)


_HEAD = f"""\
## Review pages (`bench/review.py`)

Medians of {ROUNDS} requests in milliseconds, with {SIZES[0]:,} and with {SIZES[-1]:,} comments
waiting at a site. Target: at most {FLAT:g} times as long. In both queues {GROUP} comments are alike
in each way, so that a page shows as many."""


def _section(name: str, database: Database) -> str:
    pages = []
    for size in SIZES:
        progress(f"review: {name}, {size:,} comments waiting")
        pages.append(_pages(database, size))
    few, many = pages
    rows = []
    for page in few:  # what a long queue has alone is told below
        progress(f"review: {name}, {page}")
        short, long = _timed([few[page], many[page]])
        ratio = long / short
        rows.append([page, f"{short:.1f}", f"{long:.1f}", f"{ratio:.2f}", met(ratio <= FLAT)])
    pages_table = table([name, f"{SIZES[0]:,}", f"{SIZES[-1]:,}", "times", ""], rows)
    if GOING_ON not in many:
        return pages_table
    (further,) = _timed([many[GOING_ON]])
    return f"{pages_table}\n\nGoing on past {NEXT_LOOK:,} more: {further:.1f} ms."


def _timed(pages: Sequence[Page]) -> list[float]:
    """Return the median milliseconds of each, asked in turn."""
    times: list[list[float]] = [[] for _ in pages]
    for round_ in range(WARM + ROUNDS):
        for page, taken in zip(pages, times, strict=True):
            started = time.perf_counter()
            page()
            if round_ >= WARM:
                taken.append((time.perf_counter() - started) * 1000)
    return [median(taken) for taken in times]


def _pages(database: Database, size: int) -> dict[str, Page]:
    """Return what is asked for, by its name in the report."""
    site, _ = database.write(lambda tx: create_site(tx, f"bench-{size}", NOW))
    waiting = fill_queue(database, site.id, size)
    email, hashed = f"{size}@bench.example", hash_password("bench")
    database.write(lambda tx: add_moderator(tx, email, hashed, site.id, "admin", NOW))
    client = _sign_in(database, email)
    pages = {name: _get(client, address) for name, address in _addresses(size).items()}
    for by, group in (
        ("text", "letters"),
        ("text", "words"),
        ("author", "author"),
        ("rule", "rule"),
        ("campaign", "campaign"),
    ):
        address = f"/review/bulk?by={by}&comment={waiting.of_group[group]}"
        pages[f"all like this: the same {group}"] = _get(client, address)
    first = waiting.of_group["author"]
    if spot := re.search(r'data-spot="([^"]+)"', client.get(NEVER).text):
        rows = NEVER.replace("/review", "/review/rows")
        pages[GOING_ON] = _get(client, f"{rows}&{unescape(spot.group(1))}")
    return pages | {
        "one card": _get(client, f"/review/card/{first}"),
        "one comment, whose author wrote others": _get(client, f"/comments/{first}"),
        "one decision": _deciding(client, waiting_ids(database, waiting)),
    }


def _addresses(size: int) -> dict[str, str]:
    return {
        "the queue": "/review",
        "the counts": "/review/counts",
        "filter: a label of one in three": "/review?label=insult",
        "filter: a rule of few": "/review?rule=rare",
        "filter: a rule of nearly all": "/review?rule=rude",
        "filter: an author": "/review?author=flood",
        "filter: a campaign": f"/review?campaign={CAMPAIGN}",
        "filter: a score of all": "/review?score=toxicity&least=0.8",
        "filter: a score of none": "/review?score=toxicity&least=0.95",
        "search: a word of all": "/review?q=something",
        "search: a word of one in three": "/review?q=third",
        "search: a word of 1,000, of 33 at the left": "/review?q=thousand",
        f"search: a word of {FEW}, of 33 at the left": "/review?q=few",
        "search: a word of one": f"/review?q=n{size // 2}x",
        "search: a word of none": "/review?q=nowhere",
        "search: words of all and of one": f"/review?q=something+n{size // 2}x",
        "search: words of half each, never together": NEVER,
        "insight": "/insight",
        "second opinions": "/second-opinions",
        "appeals": "/appeals",
        "the audit log": "/audit",
    }


def _get(client: FlaskClient, address: str) -> Page:
    def ask() -> None:
        answer = client.get(address)
        assert answer.status_code == OK, (address, answer.status)

    return ask


def _deciding(client: FlaskClient, ids: Sequence[str]) -> Page:
    found = re.search(r'name="csrf" content="(\w+)"', client.get("/review").text)
    assert found is not None
    csrf, undecided = found.group(1), iter(ids)

    def decide() -> None:
        form = {"csrf": csrf, "comment": f"{next(undecided)}:1", "word": "reject"}
        answer = client.post("/review/decisions", data=form, headers={"Accept": "application/json"})
        assert answer.status_code == OK, answer.text

    return decide


def waiting_ids(database: Database, waiting: Waiting) -> list[str]:
    """Return the comments that decisions are about, as many as there are rounds."""
    query = select(comments.c.id).where(comments.c.site_id == waiting.site_id)
    with database.read() as tx:
        found = tx.execute(query.order_by(comments.c.id.desc()).limit(WARM + ROUNDS)).scalars()
        return list(found)


def _sign_in(database: Database, email: str) -> FlaskClient:
    redis = impatient_client("redis://127.0.0.1:1/0")  # nothing here needs one
    nobody: Any = None
    context = ServiceContext(
        database, redis, Doorbell(redis), nobody, nobody, Sealer("bench"), clock=lambda: NOW
    )
    client = create_app(context).test_client()
    answer = client.post("/sign-in", data={"email": email, "password": "bench"})
    assert answer.status_code == SEE_OTHER
    return client


if __name__ == "__main__":
    print(run())
