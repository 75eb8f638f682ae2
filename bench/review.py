"""How long the review pages take with 100 and with 100,000 comments waiting.

    python -m bench.review [DATABASE_URL]

An app on a database of its own (SQLite in a temporary directory, or an empty database of yours),
asked through the WSGI interface, so that what is timed is the work of a request and no network.
Printed are medians in milliseconds, and how many times longer the full queue takes.
"""

import json
import logging
import re
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import structlog
from flask.testing import FlaskClient
from sqlalchemy import Connection, insert, text

from rules.comment import Author, Comment
from rules.verdict import EngineRef, Match, PolicyRef, Reason, Verdict
from service.app import create_app
from service.context import ServiceContext
from store.comments import LONG_AGO
from store.database import Database, sqlite_url
from store.ids import new_id
from store.migrate import upgrade
from store.people import add_moderator, hash_password
from store.review_tables import review_tags
from store.review_words import review_words, words_of
from store.sealing import Sealer
from store.sites import create_site
from store.tables import comments, verdicts
from workers.doorbell import Doorbell
from workers.redis_clients import impatient_client

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SIZES = (100, 100_000)
ROUNDS = 60
BATCH = 5_000


def main() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    url = sys.argv[1] if len(sys.argv) > 1 else None
    with tempfile.TemporaryDirectory() as directory:
        database = Database(url or sqlite_url(Path(directory) / "bench.db"))
        upgrade(database)
        results = {size: measure(database, size) for size in SIZES}
    small, large = (results[size] for size in SIZES)
    print(f"{'':28}{SIZES[0]:>12,}{SIZES[1]:>12,}   times")
    for name in small:
        few, many = small[name], large[name]
        print(f"{name:28}{few:12.1f}{many:12.1f}{many / few:8.2f}")


def measure(database: Database, size: int) -> dict[str, float]:
    site, _ = database.write(lambda tx: create_site(tx, f"bench-{size}", NOW))
    fill(database, site.id, size)
    email, hashed = f"{size}@bench.example", hash_password("bench")
    database.write(lambda tx: add_moderator(tx, email, hashed, site.id, "admin", NOW))
    client = sign_in(database, email)
    page = client.get("/review").text
    found = re.search(r'data-csrf="(\w+)"', page)
    assert found is not None
    csrf = found.group(1)
    ids = iter(re.findall(r'data-row="(\w+)"', page) * 1_000)
    waits = waiting_ids(database, site.id)
    same = f"/review/bulk?by=text&comment={waits[-1]}"
    decided = iter(waits[:-1])

    def decide() -> None:
        form = {"csrf": csrf, "comment": f"{next(decided)}:1", "word": "reject"}
        answer = client.post("/review/decisions", data=form, headers={"Accept": "application/json"})
        assert answer.status_code == 200, answer.text

    return {
        "the queue's page": timed(lambda: client.get("/review")),
        "filtered by label": timed(lambda: client.get("/review?label=insult")),
        "one card": timed(lambda: client.get(f"/review/card/{next(ids)}")),
        "the counts": timed(lambda: client.get("/review/counts")),
        "one decision": timed(decide),
        "search for what all have": timed(lambda: client.get("/review?q=rude+something")),
        "search for what one has": timed(lambda: client.get("/review?q=n77x")),
        "search that finds nothing": timed(lambda: client.get("/review?q=nowhere")),
        "all with the same text": timed(lambda: client.get(same)),
    }


def timed(work: Callable[[], Any], rounds: int = ROUNDS) -> float:
    for _ in range(3):
        work()
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        times.append((time.perf_counter() - started) * 1000)
    return median(times)


def sign_in(database: Database, email: str) -> FlaskClient:
    redis = impatient_client("redis://127.0.0.1:1/0")  # nothing here needs one
    nobody: Any = None
    context = ServiceContext(
        database, redis, Doorbell(redis), nobody, nobody, Sealer("bench"), clock=lambda: NOW
    )
    client = create_app(context).test_client()
    answer = client.post("/sign-in", data={"email": email, "password": "bench"})
    assert answer.status_code == 303
    return client


def waiting_ids(database: Database, site_id: str) -> list[str]:
    with database.read() as tx:
        query = text("SELECT id FROM comments WHERE site_id = :site ORDER BY review_at LIMIT 99")
        return list(tx.execute(query, {"site": site_id}).scalars())


def fill(database: Database, site_id: str, size: int) -> None:
    for start in range(0, size, BATCH):
        numbers = range(start, min(start + BATCH, size))
        database.write(partial(insert_flagged, site_id=site_id, numbers=numbers))
    if not database.is_sqlite:
        database.write(lambda tx: tx.execute(text("ANALYZE")))


def insert_flagged(tx: Connection, site_id: str, numbers: range) -> None:
    rows, judged, tags, words = [], [], [], []
    for number in numbers:
        body = f"Comment n{number}x has something rude to say, and says it at some length. " * 3
        author = Author(id=str(number % 997), name=f"Author {number % 997}")
        at = NOW - timedelta(seconds=200_000 - number)
        row = {"id": new_id("cmt"), "site_id": site_id, "revision": 1, "status": "scored"}
        row |= {"action": "review", "author_id": author.id, "metadata": "{}", "attempts": 1}
        row |= {"content": Comment(body=body, author=author).model_dump_json(), "submitted_at": at}
        row |= {"review_rank": -(number // 3 % 3), "review_at": at, "lease_until": LONG_AGO}
        rows.append(row)
        judged.append(verdict_row(str(row["id"]), at))
        label = "insult" if number % 3 == 0 else "profanity"
        tag = {"comment_id": row["id"], "site_id": site_id}
        words += [tag | {"word": word} for word in words_of(body)]
        tags += [tag | {"kind": "label", "name": label}, tag | {"kind": "rule", "name": "rude"}]
    tx.execute(insert(comments), rows)
    tx.execute(insert(verdicts), judged)
    tx.execute(insert(review_tags), tags)
    tx.execute(insert(review_words), words)


def verdict_row(comment_id: str, at: datetime) -> dict[str, Any]:
    match = Match(field="body", start=8, end=10, text="n1", term="n1", technique="plain")
    verdict = Verdict(
        action="review",
        labels=["profanity"],
        scores={"toxicity": 0.9, "insult": 0.4, "spam": 0.1},
        reasons=[Reason(rule="rude", action="review", message="Rude.", matches=[match])],
        decided_by="policy",
        policy=PolicyRef(name="default", version=1),
        engine=EngineRef(name="lite", version="1"),
        scored_at=at,
    )
    row = {"comment_id": comment_id, "revision": 1, "action": "review", "decided_by": "policy"}
    return row | {"scored_at": at, "verdict": json.dumps(verdict.model_dump(mode="json"))}


if __name__ == "__main__":
    main()
