"""A spam campaign among ordinary comments, through the real store and the real judging.

500 variations of one advert from 300 addresses among 5,000 ordinary comments of 12 hours. An
ordinary one is caught if a rule about campaigns, floods or standing holds it: for what others
posted. What the spam score says of its own text is counted beside.
"""

import gzip
import json
import random
import sqlite3
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from redis import Redis
from sqlalchemy import make_url

from bench.corpus import SOURCE
from bench.ground import KEEPING, Ground, fresh_ground
from bench.report import met, progress, table
from rules.comment import Author, Comment
from rules.sketch import SIZE
from rules.verdict import EngineRef
from store.campaigns import hour_of, record_sightings
from store.claims import claim_pending
from store.comments import get_records, submit_comment
from store.database import Database
from tests.adverts import ADVERTS, campaign
from workers.batches import BATCH
from workers.campaigns import observe
from workers.lease_keeper import LEASE
from workers.policies import ActivePolicy, PolicyShelf
from workers.runtime import ScoringRuntime
from workers.scorers.protocol import Scores
from workers.scoring import score_pending_comments

ORDINARY, ADVERT, ADDRESSES = 5_000, 500, 300
THROUGH_AT_MOST = 10
HOURS = 12
SEEDS = (1, 2)
STORED = (1_000, 10_000, 30_000, 1_000_000)
WARM, MEASURED = 5, 15  # batches
RULES = {"campaign", "campaign-certain", "promoted-by-many", "known-for-spam", "burst", "flood"}
SCORED = {"spam", "spam-certain"}
SHORT = (
    "thank you!", "great song", "first", "Thank you so much", "nice", "Love this song so much",
    "Thanks for sharing!", "Great article, thank you for sharing this with us", "lol", "+1",
    "Who is watching this in 2015?", "I agree with you", "This is the best song ever",
)  # fmt: skip
_START = datetime(2026, 11, 24, tzinfo=UTC)


class Indifferent:
    """A scorer that has no opinion."""

    engine = EngineRef(name="indifferent", version="1")

    def score(self, texts: Sequence[str]) -> list[Scores]:
        """Return the same scores for every text."""
        return [{"toxicity": 0.01, "spam": 0.1} for _ in texts]


@dataclass(frozen=True)
class Posted:
    """A comment of the simulation; `advert` counts those of the campaign from 1, else it is 0."""

    comment: Comment
    advert: int = 0


@dataclass
class Outcome:
    """Which adverts got `through`, by their numbers, and how many were `caught`.

    Of ordinary comments, how many were caught wrongly, and `scored` as spam for their own text.
    """

    through: list[int]
    caught: int = 0
    wrong: int = 0
    scored: int = 0


def run() -> str:
    rows = [_row(kind, seed) for kind in ADVERTS for seed in SEEDS]
    head = [
        "advert, seed",
        "got through",
        "the last of them",
        "caught",
        "ordinary caught",
        "by their spam score",
        "",
    ]
    flat = _flat()
    return (
        "## A campaign of spam (`bench/spam_campaign.py`)\n\n"
        f"{ADVERT} variations of one advert (spun words, names, links, emoji, capitals) from"
        f" {ADDRESSES} addresses among {ORDINARY:,} ordinary comments (Civil Comments, Wikipedia,"
        f" ham of the YouTube Spam Collection, a tenth short ones that repeat) of {HOURS} hours."
        f" Targets: at most the first {THROUGH_AT_MOST} get through, no ordinary one is caught for"
        " what others posted. Beside that, how many are called spam for their own text.\n\n"
        + table(head, rows)
        + "\n\nWhat it costs in the worker to look a comment up and to note it down, with so many"
        " comments of the last 24 hours stored, SQLite:\n\n"
        + table(["stored", "look up", "note down"], flat)
    )


def _row(kind: str, seed: int) -> list[str]:
    progress(f"campaign {kind}, seed {seed}")
    outcome = _simulated(kind, seed)
    through = outcome.through
    ok = len(through) <= THROUGH_AT_MOST and not outcome.wrong
    last = f"no. {through[-1]}" if through else "none"
    wrong = f"{outcome.wrong} of {ORDINARY:,}"
    figures = [str(len(through)), last, str(outcome.caught), wrong, str(outcome.scored)]
    return [f"{kind}, {seed}", *figures, met(ok)]


def _simulated(kind: str, seed: int) -> Outcome:
    posted = list(_posted(kind, seed))
    with fresh_ground() as ground:
        now = [_START]
        runtime = _runtime(ground.database, ground.redis, now)
        chance, ids, at = random.Random(seed), dict[str, Posted](), 0
        while at < len(posted):
            some = posted[at : at + chance.choice((1, 1, 2, 8, 64))]
            now[0] += timedelta(hours=HOURS) * len(some) / len(posted)
            ids |= ground.database.write(
                lambda tx, some=some: {  # type: ignore[misc]
                    submit_comment(tx, ground.site_id, one.comment, now[0], KEEPING).id: one
                    for one in some
                }
            )
            score_pending_comments(runtime)
            at += len(some)
        return _outcome(ground.database, ids)


def _outcome(database: Database, ids: dict[str, Posted]) -> Outcome:
    outcome = Outcome([])
    with database.read() as tx:
        records = get_records(tx, list(ids))
    for comment_id, one in ids.items():
        verdict = records[comment_id].verdict
        assert verdict is not None
        rules = {reason.rule for reason in verdict.reasons}
        if one.advert:
            outcome.caught += verdict.action != "approve"
            outcome.through += [one.advert] if verdict.action == "approve" else []
        else:
            outcome.wrong += not RULES.isdisjoint(rules)
            outcome.scored += not SCORED.isdisjoint(rules)
    outcome.through.sort()
    return outcome


def _posted(kind: str, seed: int) -> Iterator[Posted]:
    chance = random.Random(seed)
    adverts = campaign(kind, ADVERT, addresses=ADDRESSES, seed=seed)
    ordinary = iter(_ordinary(chance))
    number = 0
    for advert in chance.sample([True] * ADVERT + [False] * ORDINARY, ADVERT + ORDINARY):
        if advert:
            number += 1
            one = next(adverts)
            yield Posted(Comment(body=one.text, author=one.author), number)
        else:
            yield Posted(Comment(body=next(ordinary), author=_guest(chance)))


def _guest(chance: random.Random) -> Author:
    name = f"guest{chance.randrange(3_000)}"
    octets = [chance.randrange(1, 223), *(chance.randrange(256) for _ in range(3))]
    return Author(name=name, email=f"{name}@home.example", ip=".".join(map(str, octets)))


def _ordinary(chance: random.Random) -> list[str]:
    youtube = [row["text"] for row in _rows("youtube_spam.jsonl.gz") if not row["spam"]]
    wikipedia = [row["text"] for row in _rows("wikipedia_talk.jsonl.gz")]
    texts = [*chance.sample(youtube, min(500, len(youtube))), *chance.sample(wikipedia, 800)]
    texts += [chance.choice(SHORT) for _ in range(500)]
    civil = [row["text"] for row in _rows(SOURCE.name) if row["text"].strip()]
    texts += chance.sample(civil, ORDINARY - len(texts))
    return chance.sample([text.replace("\x00", "") for text in texts], ORDINARY)


def _rows(name: str) -> Iterator[dict[str, str]]:
    with gzip.open(SOURCE.parent / name, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _runtime(database: Database, redis: Redis, now: list[datetime]) -> ScoringRuntime:
    return ScoringRuntime(
        database, redis, Indifferent(), PolicyShelf(), KEEPING.sealer, clock=lambda: now[0]
    )


def _flat() -> list[list[str]]:
    """Return rows of (comments stored, microseconds a comment to look up, to note down)."""
    chance, rows = random.Random(3), []
    with fresh_ground() as ground:
        with ground.database.read() as tx:
            policies = PolicyShelf().active(tx, {ground.site_id})
        vocabulary = " ".join(_ordinary(chance)).split()
        stored = 0
        for target in STORED:
            progress(f"campaigns: {target} stored")
            ours = (WARM + MEASURED) * BATCH
            if target > stored + ours:
                _pour(ground, stored, target - ours)
                stored = target - ours
            times = [
                _batch(ground, policies, vocabulary, chance)
                for _ in range(max(WARM + 1, (target - stored) // BATCH))
            ]
            stored += len(times) * BATCH
            medians = [statistics.median(some) for some in zip(*times[WARM:], strict=True)]
            rows.append([f"{stored:,}", *(f"{median / BATCH * 1e6:.0f} µs" for median in medians)])
    return rows


def _pour(ground: Ground, first: int, last: int) -> None:
    """Store sightings with features of their own, without the comments that they are of."""
    hour = hour_of(_START)
    with closing(sqlite3.connect(make_url(ground.database_url).database or "")) as file, file:
        for at in range(first, last):
            file.execute(
                "INSERT INTO sightings (comment_id, site_id, who, network, seen_at)"
                " VALUES (?, ?, printf('%04x', abs(random()) % 65536),"
                " printf('%016x', abs(random()) % 20000), ?)",
                (f"poured_{at}", ground.site_id, f"{_START:%Y-%m-%d %H:%M:%S.%f}"),
            )
        file.execute(
            "WITH RECURSIVE n(i) AS (SELECT ? UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
            " INSERT OR IGNORE INTO sketch_keys SELECT random() AS key, 'poured_' || (i / ?), ?"
            " FROM n ORDER BY key",
            (first * SIZE, last * SIZE - 1, SIZE, hour),
        )


def _batch(
    ground: Ground,
    policies: dict[str, ActivePolicy],
    vocabulary: list[str],
    chance: random.Random,
) -> tuple[float, float]:
    """Submit a batch of random comments; return the seconds to look it up and to note it down."""
    texts = [" ".join(chance.choices(vocabulary, k=40)) for _ in range(BATCH)]
    made = [Comment(body=text, author=_guest(chance)) for text in texts]
    database = ground.database
    database.write(
        lambda tx: (
            [submit_comment(tx, ground.site_id, one, _START, KEEPING) for one in made] and None
        )
    )
    claim = database.write(lambda tx: claim_pending(tx, _START, limit=BATCH, lease=LEASE))
    started = time.perf_counter()
    with database.read() as tx:
        observed = observe(tx, claim.comments, policies, {}, _START)
    looked = time.perf_counter()
    seen = list(observed.seen.values())
    database.write(lambda tx: record_sightings(tx, seen, observed.merged, _START))
    return looked - started, time.perf_counter() - looked


if __name__ == "__main__":
    print(run())
