from datetime import timedelta

from store.database import Database
from store.decisions import Decision, decide
from store.history import Subject, histories, past_of_authors
from store.records import TRAP, Site
from store.verdicts import record_verdicts
from tests.conftest import NOW
from tests.make import claim, make_verdict, submit

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
        now = past_of_authors(tx, bare_site.id, ["ann", "bob"], NOW)
        later = past_of_authors(tx, bare_site.id, ["ann"], NOW + timedelta(days=2))
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
        past = past_of_authors(tx, bare_site.id, ["ann"], NOW)["ann"]
    assert (past["rejected"], past["spam"], past["spam_24h"]) == (1, 2, 2)


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
        found = histories(tx, bare_site.id, subjects, NOW, authors=False, flood=True)
        none = histories(tx, bare_site.id, subjects, NOW, authors=False, flood=False)
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
        [found] = histories(tx, bare_site.id, [subject], later, authors=False, flood=True)
    assert (found.flood_similar, found.flood_author) == (0, None)
