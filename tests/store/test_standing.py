"""Standing follows decisions, back and forth, and fades."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from rules.comment import Author, Comment
from store.act_records import Moderator
from store.acts import Target, decide_comments
from store.biography import biography
from store.campaign_tables import opinions
from store.comments import submit_comment
from store.database import Database
from store.decisions import Decision, decide
from store.erasure import erase_comment, erase_some_of_author
from store.kept_addresses import kept_comment
from store.people import add_moderator
from store.records import TRAP, DecisionWord, Site
from store.standing import (
    MOST_OF_ACCOUNT,
    Kind,
    Standing,
    count_all,
    standings_of,
    subjects_of,
)
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

    def decide(self, comment_id: str, word: DecisionWord, actor: str | None = None) -> None:
        self.say(comment_id, Decision(word, "platform", actor))

    def say(self, comment_id: str, said: Decision) -> None:
        self.database.write(lambda tx: decide(tx, self.site.id, comment_id, said, NOW))

    def say_often(self, times: int, word: DecisionWord, moderator: str) -> list[str]:
        """Decide about comments of one author; return their ids."""
        ids = [self.submit() for _ in range(times)]
        for one in ids:
            self.say(one, Decision(word, "moderator", moderator))
        return ids

    def standing(self, kind: Kind, *, days: float = 0, half_life: float = 90) -> list[Standing]:
        kept, _ = kept_comment(TALK, self.site.id, KEEPING)
        wanted = [one for one in subjects_of(self.site.id, kept) if one.kind == kind]
        with self.database.read() as tx:
            now = NOW + timedelta(days=days)
            return list(standings_of(tx, self.site.id, wanted, now, half_life).values())

    def opinions(self) -> set[tuple[object, ...]]:
        with self.database.read() as tx:
            return {tuple(row) for row in tx.execute(select(opinions))}


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


def test_no_account_moves_a_standing_alone(desk: Desk) -> None:
    desk.say_often(6, "approve", "ann@blog.example")
    stolen = desk.say_often(30, "spam", "eve@blog.example")
    [author] = desk.standing("author", half_life=1e9)
    assert (round(author.approved, 3), round(author.spam, 3)) == (6, MOST_OF_ACCOUNT)
    assert author.reputation > 0.25  # the lines of the default policy
    assert all(one.spam_rate < 0.6 for one in desk.standing("domain", half_life=1e9))
    for comment in stolen[:25]:  # each is taken off, though not each counted
        desk.say(comment, Decision("ham", "moderator", "ann@blog.example"))
    [author] = desk.standing("author", half_life=1e9)
    assert (round(author.approved, 3), round(author.spam, 3)) == (MOST_OF_ACCOUNT, 5)


def test_the_platforms_people_are_one_account_whatever_they_are_called(desk: Desk) -> None:
    for at in range(20):
        desk.decide(desk.submit(), "spam" if at % 4 else "ham", f"somebody else {at}")
    [author] = desk.standing("author", half_life=1e9)
    assert (round(author.approved, 3), round(author.spam, 3)) == (2.5, 7.5)  # in proportion


def test_a_trap_decides_about_nobodys_standing(desk: Desk) -> None:
    comment = desk.submit()
    desk.decide(comment, "spam", TRAP)
    assert desk.standing("author") == desk.standing("domain") == []
    desk.decide(comment, "ham")
    desk.decide(comment, "spam", TRAP)
    desk.database.write(lambda tx: erase_comment(tx, desk.site.id, comment, NOW))
    assert desk.standing("author") == []


def test_decisions_of_before_are_counted_by_account(desk: Desk) -> None:
    desk.say_often(3, "spam", "ann@blog.example")
    desk.decide(desk.submit(), "spam", TRAP)
    desk.decide(desk.submit(), "approve")
    counted = desk.opinions()
    desk.database.write(lambda tx: tx.execute(delete(opinions)))
    desk.database.write(count_all)
    assert desk.opinions() == counted
    assert len(counted) == 2 * 5  # accounts, subjects


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
