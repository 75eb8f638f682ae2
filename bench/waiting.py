"""A site with very many comments waiting for people, as different as comments are.

A few are alike: GROUP each share their letters, most of their words, an author, a rule or a
campaign, however many others wait, so that what is found is the same in a short queue and a long.
"""

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import accumulate, product
from typing import Any

from sqlalchemy import Connection, Table, text

from rules.comment import Author, Comment
from rules.fingerprint import fingerprint
from rules.verdict import EngineRef, Match, PolicyRef, Reason, Verdict
from store.campaign_tables import sightings
from store.comments import LONG_AGO
from store.database import Database
from store.ids import new_id
from store.review_finding import FEW
from store.review_tables import review_tags
from store.review_words import review_words, score_word, words_of
from store.tables import comments, verdicts

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
GROUP = 15
GROUPS = ("letters", "words", "author", "rule", "campaign")
CAMPAIGN = "cmp_bench"
SCORES = {"toxicity": 0.9, "insult": 0.4, "spam": 0.1}
LENGTH = 14  # words of a comment, and what marks it
_BATCH = 10_000
_VOCABULARY = tuple(map("".join, product("bdgklmnprstz", "aeiou", "bdgklmnprstz", "aeiou")))
_WEIGHTS = tuple(accumulate(1 / rank for rank in range(1, len(_VOCABULARY) + 1)))  # Zipf's
_ADVERT = "Cheap watches from the best makers, delivered to your door tomorrow, call {} now"
_PITCH = """Earn thousands weekly working from home with this simple trick that my neighbour
found when nobody else would help: write to me today and start tomorrow"""


@dataclass
class Waiting:
    """Whose queue it is, and one comment of each group: {group: comment id}."""

    site_id: str
    of_group: dict[str, str] = field(default_factory=dict)


def fill_queue(database: Database, site_id: str, size: int) -> Waiting:
    """Let `size` comments wait, at least one GROUP of each kind among them."""
    waiting, dice = Waiting(site_id), random.Random(size)
    for start in range(0, size, _BATCH):
        numbers = range(start, min(start + _BATCH, size))
        rows = _rows(waiting, numbers, size, dice)
        database.write(lambda tx, rows=rows: _insert(tx, rows))  # type: ignore[misc]
    if not database.is_sqlite:
        database.write(lambda tx: tx.execute(text("ANALYZE")))
    return waiting


def verdict_row(comment_id: str, at: datetime, rule: str = "rude") -> dict[str, Any]:
    """Return a row of `verdicts` that asks for a person."""
    match = Match(field="body", start=8, end=10, text="n1", term="n1", technique="plain")
    verdict = Verdict(
        action="review",
        labels=["profanity"],
        scores=SCORES,
        reasons=[Reason(rule=rule, action="review", message="Rude.", matches=[match])],
        decided_by="policy",
        policy=PolicyRef(name="default", version=1),
        engine=EngineRef(name="lite", version="1"),
        scored_at=at,
    )
    row = {"comment_id": comment_id, "revision": 1, "action": "review", "decided_by": "policy"}
    return row | {"scored_at": at, "verdict": json.dumps(verdict.model_dump(mode="json"))}


def _rows(
    waiting: Waiting, numbers: range, size: int, dice: random.Random
) -> dict[Table, list[dict[str, Any]]]:
    tables: tuple[Table, ...] = (comments, verdicts, review_tags, review_words, sightings)
    rows: dict[Table, list[dict[str, Any]]] = {one: [] for one in tables}
    for number in numbers:
        group = _group(number, size)
        body = _body(group, number, size, dice)
        at = NOW - timedelta(seconds=2 * size - number)
        name = "flood" if group == "author" else str(number)
        author = Author(id=name, name=f"Author {name}")
        row = {"id": new_id("cmt", at), "site_id": waiting.site_id, "revision": 1}
        row |= {"status": "scored", "action": "review", "author_id": name, "metadata": "{}"}
        row |= {"attempts": 1, "fingerprint": fingerprint(body), "submitted_at": at}
        row |= {"content": Comment(body=body, author=author).model_dump_json()}
        row |= {"review_queue": "", "review_rank": -(number // 3 % 3), "review_at": at}
        rows[comments].append(row | {"lease_until": LONG_AGO})
        waiting.of_group.setdefault(group, str(row["id"]))
        tag = {"comment_id": row["id"], "site_id": waiting.site_id}
        rule = "rare" if group == "rule" else "rude"
        rows[verdicts].append(verdict_row(str(row["id"]), at, rule))
        label = "insult" if number % 3 == 0 else "profanity"
        rows[review_tags] += [tag | {"kind": "label", "name": label}]
        rows[review_tags] += [tag | {"kind": "rule", "name": rule}]
        words = [*words_of(body), *(score_word(name, score) for name, score in SCORES.items())]
        rows[review_words] += [tag | {"word": word} for word in words]
        seen = {"campaign_id": CAMPAIGN} if group == "campaign" else {"campaign_id": None}
        who = {"who": f"{number % 4096:04x}", "network": None, "seen_at": at}
        rows[sightings].append(tag | seen | who)
    return rows


def _group(number: int, size: int) -> str:
    """Return which group a comment is of, each spread over the whole queue; "" for most."""
    step = max(1, size // GROUP)
    place = number % step
    return GROUPS[place] if place < len(GROUPS) and number < step * GROUP else ""


def _body(group: str, number: int, size: int, dice: random.Random) -> str:
    if group == "letters":
        return _ADVERT.format(number)
    if group == "words":
        changed = _PITCH.split()
        changed[dice.randrange(len(changed))] = dice.choice(_VOCABULARY)
        return " ".join(changed)
    words = dice.choices(_VOCABULARY, cum_weights=_WEIGHTS, k=LENGTH)
    return " ".join([*words, *_marks(number, size)])


def _marks(number: int, size: int) -> Iterator[str]:
    """Give words by which all, a half, a third, a thousand, FEW or one are found."""
    yield "something"
    yield "left" if number % 2 else "right"
    if number % 3 == 0:
        yield "third"
    if number % max(3, size // 1_000) == 0:
        yield "thousand"
    if number % max(3, -(-size // FEW)) == 0:
        yield "few"
    yield f"n{number}x"


def _insert(tx: Connection, rows: Mapping[Table, Sequence[Mapping[str, Any]]]) -> None:
    for table, ones in rows.items():
        if tx.dialect.name == "postgresql":
            _copy(tx, table, ones)
        else:
            tx.execute(table.insert(), [dict(one) for one in ones])


def _copy(tx: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    names = tuple(rows[0])
    driver: Any = tx.connection.driver_connection
    with driver.cursor() as cursor:
        into = f"COPY {table.name} ({', '.join(names)}) FROM STDIN"
        with cursor.copy(into) as copy:
            for row in rows:
                copy.write_row([row[name] for name in names])
