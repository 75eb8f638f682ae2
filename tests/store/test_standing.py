"""Standing follows decisions, back and forth, and fades."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from rules.comment import Author, Comment
from store.act_records import Moderator
from store.acts import Target, decide_comments
from store.biography import biography
from store.comments import submit_comment
from store.database import Database
from store.decisions import Decision, decide
from store.erasure import erase_comment, erase_some_of_author
from store.kept_addresses import kept_comment
from store.people import add_moderator
from store.records import DecisionWord, Site
from store.standing import Kind, Standing, standings_of, subjects_of
from store.tables import people
from store.undo import undo
from tests.conftest import NOW
from tests.make import KEEPING

AUTHOR = Author(id="ann", email="Ann@Home.example", ip="203.0.113.9", url="http://www.shop.example")
TALK = Comment(body="See http://pills.example or https://youtube.com/x", author=AUTHOR)


class Desk:
    def __init__(self, database: Database, site: Site) -> None:
        self.database, self.site = database, site

    def submit(self, comment: Comment = TALK) -> str:
        return self.database.write(
            lambda tx: submit_comment(tx, self.site.id, comment, NOW, KEEPING)
        ).id

    def decide(self, comment_id: str, word: DecisionWord) -> None:
        said = Decision(word, "platform")
        self.database.write(lambda tx: decide(tx, self.site.id, comment_id, said, NOW))

    def standing(self, kind: Kind, *, days: float = 0, half_life: float = 90) -> list[Standing]:
        kept, _ = kept_comment(TALK, self.site.id, KEEPING)
        wanted = [one for one in subjects_of(self.site.id, kept) if one.kind == kind]
        with self.database.read() as tx:
            now = NOW + timedelta(days=days)
            return list(standings_of(tx, self.site.id, wanted, now, half_life).values())


@pytest.fixture
def desk(database: Database, bare_site: Site) -> Desk:
    return Desk(database, bare_site)


def test_a_decision_counts_for_author_address_network_and_what_is_promoted(desk: Desk) -> None:
    assert desk.standing("author") == []
    desk.decide(desk.submit(), "spam")
    kinds: tuple[Kind, ...] = ("author", "email", "network", "domain")
    counted = {kind: [one.spam for one in desk.standing(kind, half_life=1e9)] for kind in kinds}
    assert {kind: len(found) for kind, found in counted.items()} == {
        "author": 1,
        "email": 1,
        "network": 1,
        "domain": 2,  # pills.example and the author's own; not everybody's youtube.com
    }
    assert all(spam == pytest.approx(1) for found in counted.values() for spam in found)


def test_a_corrected_decision_counts_no_more(desk: Desk) -> None:
    comment = desk.submit()
    desk.decide(comment, "spam")
    desk.decide(comment, "ham")
    [standing] = desk.standing("author", half_life=1e9)
    assert (standing.spam, round(standing.approved, 6)) == (0, 1)
    assert standing.reputation == pytest.approx(2 / 3)


def test_what_is_undone_was_not_said(desk: Desk) -> None:
    desk.database.write(
        lambda tx: add_moderator(tx, "bob@blog.example", "x", desk.site.id, "moderator", NOW)
    )
    with desk.database.read() as tx:
        bob = Moderator(str(tx.execute(select(people.c.id)).scalar_one()), "bob@blog.example")
    comment = desk.submit()
    desk.decide(comment, "approve")
    with desk.database.read() as tx:
        known = biography(tx, desk.site.id, comment)
    assert known is not None
    target = Target(comment, 1, replaces=known.decision_id)
    desk.database.write(lambda tx: decide_comments(tx, desk.site.id, bob, "spam", [target], NOW))
    assert [one.spam > 0 for one in desk.standing("author")] == [True]
    desk.database.write(lambda tx: undo(tx, desk.site.id, bob, None, NOW))
    [standing] = desk.standing("author", half_life=1e9)
    assert (standing.spam, round(standing.approved, 6)) == (0, 1)


def test_standing_halves_with_each_half_life(desk: Desk) -> None:
    desk.decide(desk.submit(), "spam")
    [now], [later] = (desk.standing("network", days=days, half_life=30) for days in (10, 40))
    assert later.spam == pytest.approx(now.spam / 2)
    assert desk.standing("network", days=3_000) == []


def test_erasure_forgets_what_was_decided(desk: Desk) -> None:
    first, second = desk.submit(), desk.submit()
    for comment in (first, second):
        desk.decide(comment, "spam")
    desk.database.write(lambda tx: erase_comment(tx, desk.site.id, first, NOW))
    [standing] = desk.standing("domain", half_life=1e9)[:1]
    assert standing.spam == pytest.approx(1)
    desk.database.write(lambda tx: erase_some_of_author(tx, desk.site.id, "ann", NOW))
    assert desk.standing("author") == desk.standing("email") == desk.standing("domain") == []
