import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import cast

import pytest
from sqlalchemy import Connection, update

from bench.stored import fill, new_stored
from rules.comment import Author, Comment
from rules.verdict import Action
from store.as_of import AsOf
from store.author_past import past_of_authors
from store.claims import claim_pending
from store.comments import submit_comment
from store.database import Database
from store.decisions import Decision, decide
from store.history import histories
from store.migrate import upgrade
from store.records import TRAP, Site
from store.subject import Subject
from store.tables import comments
from store.verdicts import record_verdicts
from tests.conftest import NOW
from tests.make import KEEPING, claim, make_verdict, submit

ADVERT = "Buy cheap watches at our wonderful shop today"


def test_an_authors_past_is_what_became_of_their_comments(
    database: Database, bare_site: Site
) -> None:
    for number in range(4):
        submit(database, bare_site.id, f"Comment {number}", author={"id": "ann"})
    held = claim(database)
    actions = ("approve", "approve", "reject", "review")
    judged = [
        (item, make_verdict(action))  # type: ignore[arg-type]
        for item, action in zip(held.comments, actions, strict=True)
    ]
    database.write(lambda tx: record_verdicts(tx, held, judged, NOW))
    spam = Decision("spam", "platform")
    database.write(lambda tx: decide(tx, bare_site.id, held.comments[0].id, spam, NOW))
    with database.read() as tx:
        now = past_of_authors(tx, bare_site.id, ["ann", "bob"], AsOf(NOW))
        later = past_of_authors(tx, bare_site.id, ["ann"], AsOf(NOW + timedelta(days=2)))
    assert set(now) == {"ann"}
    assert {k: now["ann"][k] for k in ("approved", "rejected", "spam")} == {
        "approved": 1,
        "rejected": 1,
        "spam": 1,
    }
    assert (later["ann"]["spam_24h"], later["ann"]["spam_30d"]) == (0, 1)


def test_what_fell_into_a_trap_was_rejected_but_nobody_called_it_spam(
    database: Database, bare_site: Site
) -> None:
    for actor in (TRAP, "moderator@blog.example", None):
        comment = submit(database, bare_site.id, f"From {actor}", author={"id": "ann"})
        said = Decision("spam", "platform", actor)
        database.write(lambda tx, c=comment, s=said: decide(tx, bare_site.id, c.id, s, NOW))  # type: ignore[misc]
    with database.read() as tx:
        past = past_of_authors(tx, bare_site.id, ["ann"], AsOf(NOW))["ann"]
    assert (past["rejected"], past["spam"], past["spam_24h"]) == (1, 2, 2)


def test_of_who_wrote_very_much_the_newest_count(
    database: Database, bare_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged_in_turn(database, bare_site, "bob", ["reject"])
    judged_in_turn(database, bare_site, "ann", ["approve", "reject", "reject", "approve"])
    monkeypatch.setattr("store.author_past.MOST_OF_AUTHOR", 2)
    asked, third = ["ann", "bob"], NOW + timedelta(minutes=2)
    with database.read() as tx:
        now = past_of_authors(tx, bare_site.id, asked, AsOf(NOW))
        then = past_of_authors(tx, bare_site.id, asked, AsOf(third, again=["another"]))
    assert {name: (one["approved"], one["rejected"]) for name, one in now.items()} == {
        "ann": (1, 1),
        "bob": (0, 1),
    }
    assert (then["ann"]["approved"], then["ann"]["rejected"]) == (0, 2)


def judged_in_turn(database: Database, site: Site, author: str, actions: list[Action]) -> None:
    """Submit a comment a minute, and give it its verdict."""

    def work(tx: Connection) -> None:
        for number, action in enumerate(actions):
            at = NOW + timedelta(minutes=number)
            comment = Comment(body="Hello", author=Author(id=author))
            submit_comment(tx, site.id, comment, at, KEEPING)
            held = claim_pending(tx, at, limit=1, lease=timedelta(seconds=8))
            record_verdicts(tx, held, [(held.comments[0], make_verdict(action))], at)

    database.write(work)


@pytest.mark.parametrize("authors", [["0"], ["0", *(f"author-{n}" for n in range(9))]])
def test_an_author_of_everything_costs_no_more_than_one_of_much(
    sqlite_database_url: str, monkeypatch: pytest.MonkeyPatch, authors: list[str]
) -> None:
    monkeypatch.setattr("store.author_past.MOST_OF_AUTHOR", 100)
    with closing(Database(sqlite_database_url)) as database:
        upgrade(database)
        stored, costs, filled = new_stored(database), [], 0
        for size in (400, 4_000):
            fill(database, stored, filled + 1, size)
            filled = size
            everybodys = update(comments).where(comments.c.id > "").values(author_id="0")
            database.write(lambda tx, guests=everybodys: tx.execute(guests))  # type: ignore[misc]
            costs.append(steps(database, stored.site_id, authors))
    assert costs[1] < 1.1 * costs[0]


def steps(database: Database, site_id: str, authors: list[str]) -> int:
    """Return how many tens of steps SQLite's machine does."""
    done = [0]

    def note() -> None:
        done[0] += 1

    with database.read() as tx:
        driver = cast("sqlite3.Connection", tx.connection.driver_connection)
        driver.set_progress_handler(note, 10)
        past_of_authors(tx, site_id, authors, AsOf(NOW))
        driver.set_progress_handler(None, 0)
    return done[0]


def test_a_flood_is_counted_without_the_comment_itself(database: Database, bare_site: Site) -> None:
    author = {"id": "ann", "ip": "203.0.113.9"}
    for number in range(3):
        submit(database, bare_site.id, f"{ADVERT}! {number}", author=author)
    submit(database, bare_site.id, "Something quite different, and long enough", author=author)
    subjects = [
        Subject(item.author_id, item.ip_digest, item.fingerprint)
        for item in claim(database).comments
    ]
    with database.read() as tx:
        found = histories(tx, bare_site.id, subjects, AsOf(NOW), authors=False, flood=True)
        none = histories(tx, bare_site.id, subjects, AsOf(NOW), authors=False, flood=False)
    assert [one.flood_similar for one in found] == [2, 2, 2, 0]
    assert {(one.flood_author, one.flood_ip, one.flood_minutes) for one in found} == {(3, 3, 10)}
    assert {one.flood_similar for one in none} == {None}


def test_what_lies_further_back_is_no_flood(database: Database, bare_site: Site) -> None:
    for number in range(3):
        submit(database, bare_site.id, f"{ADVERT} {number}")
    [first, *_] = claim(database).comments
    subject = Subject(first.author_id, first.ip_digest, first.fingerprint)
    with database.read() as tx:
        later = NOW + timedelta(minutes=11)
        [found] = histories(tx, bare_site.id, [subject], AsOf(later), authors=False, flood=True)
    assert (found.flood_similar, found.flood_author) == (0, None)
