"""What moderators do to comments that wait, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, select

from rules.comment import Comment
from store.act_records import UNDO, Moderator
from store.acts import Act, Refused, Target, decide_comments, move_comments
from store.audit import list_audit
from store.biography import biography
from store.comments import get_comment, submit_comment
from store.decisions import Decision, decide
from store.deliveries import list_deliveries, recover_since, retry_delivery
from store.erasure import erase_comment
from store.escalation import ESCALATED
from store.notes import notes_about
from store.people import Role
from store.places import Move
from store.records import CommentRecord, DecisionWord
from store.rescoring import replace_verdicts, scored_since
from store.review import Looker, count_waiting, queue_names, waiting_comments
from store.review_claims import claim_for_review, claims_of_others
from store.review_finding import QueueFilter
from store.review_settings import choose_second_share
from store.review_tables import notes
from store.undo import NothingToUndo, TooLateToUndo, undo
from store.webhooks import change_webhook, get_webhook
from tests.conftest import NOW
from tests.make import KEEPING, add_webhook
from tests.review.conftest import Blog, flagged, on_both, unfinished


class Desk:
    """One moderator at work on a blog."""

    def __init__(self, blog: Blog, email: str, role: Role = "moderator") -> None:
        self.blog = blog
        self.who = Moderator(blog.person(email, role), email, role == "admin")

    def decide(
        self, word: DecisionWord, *ids: str, note: str | None = None, replaces: str | None = None
    ) -> Act:
        targets = [Target(one, 1, replaces) for one in ids]
        return self.blog.database.write(
            lambda tx: decide_comments(
                tx, self.blog.site.id, self.who, word, targets, self.blog.clock(), note=note
            )
        )

    def move(
        self, move: Move, *ids: str, note: str | None = None, replaces: str | None = None
    ) -> Act:
        targets = [Target(one, 1, replaces) for one in ids]
        return self.blog.database.write(
            lambda tx: move_comments(
                tx, self.blog.site.id, self.who, move, targets, self.blog.clock(), note=note
            )
        )

    def undo(self, act: str | None = None) -> Act:
        return self.blog.database.write(
            lambda tx: undo(tx, self.blog.site.id, self.who, act, self.blog.clock())
        )

    def claim(self, comment_id: str, tx: Connection) -> str | None:
        return claim_for_review(tx, comment_id, self.who.person_id, self.blog.clock())

    def queue(self, wanted: QueueFilter | None = None) -> list[str]:
        looker = Looker(self.who.person_id, self.blog.clock())
        with self.blog.database.read() as tx:
            found = waiting_comments(
                tx, self.blog.site.id, wanted or QueueFilter(), looker, limit=50
            )
        return [item.id for item in found]

    def record(self, comment_id: str) -> CommentRecord:
        with self.blog.database.read() as tx:
            record = get_comment(tx, self.blog.site.id, comment_id)
        assert record is not None
        return record


@pytest.fixture
def ann(blog: Blog) -> Desk:
    return Desk(blog, "ann@blog.example")


@pytest.fixture
def bob(blog: Blog) -> Desk:
    return Desk(blog, "bob@blog.example")


def told(blog: Blog) -> list[tuple[str, str, object]]:
    """Return (event, state, due) of every delivery, oldest first."""
    with blog.database.read() as tx:
        found = list_deliveries(tx, blog.site.id, limit=100)
    return [(d.event_type, d.state, d.next_attempt_at) for d in reversed(found)]


def standing(blog: Blog, comment_id: str) -> str | None:
    """Return the id of the decision that stands, as the comment's page has it."""
    with blog.database.read() as tx:
        life = biography(tx, blog.site.id, comment_id)
    assert life is not None
    return life.decision_id


def test_the_most_urgent_comes_first_and_then_the_oldest(blog: Blog, ann: Desk) -> None:
    first = blog.flag("first")
    second = blog.flag("second")
    urgent = blog.flag("urgent", flagged("urgent", priority=5))
    assert ann.queue() == [urgent, first, second]


@on_both
def test_filters_find_what_they_name(blog: Blog, ann: Desk) -> None:
    swears = blog.flag("You 100% idiot", author={"id": "7"}, lang="en_GB")
    spam = flagged("Cheap", labels=["spam"], reasons=[], scores={"spam": 0.9, "toxicity": 0.1})
    sells = blog.flag("Cheap pills", spam, author={"id": "8"}, lang="de")
    cases: tuple[tuple[dict[str, Any], list[str]], ...] = (
        ({"label": "profanity"}, [swears]),
        ({"label": "spam"}, [sells]),
        ({"rule": "profanity"}, [swears]),
        ({"lang": "en"}, [swears]),
        ({"author": "8"}, [sells]),
        ({"score": "spam", "least": 0.5}, [sells]),
        ({"score": "toxicity", "least": 0.05}, [swears, sells]),
        ({"text": "IDIOT"}, [swears]),
        ({"text": "100%"}, [swears]),
        ({"text": "lang"}, []),
        ({"label": "spam", "author": "7"}, []),
        ({"queue": "escalated"}, []),
    )
    for wanted, found in cases:
        assert ann.queue(QueueFilter(**wanted)) == found, wanted


def test_a_decision_waits_a_minute_before_anybody_is_told(blog: Blog, ann: Desk) -> None:
    add_webhook(blog.database, blog.site.id, events='["comment.decided"]')
    comment = blog.flag()
    act = ann.decide("reject", comment, note="Insult.")
    assert act.done == [comment]
    assert ann.queue() == []
    decision = ann.record(comment).decision
    assert decision is not None
    assert (decision.decision, decision.decided_by) == ("reject", "moderator")
    assert (decision.actor, decision.note) == ("ann@blog.example", "Insult.")
    assert told(blog) == [("comment.decided", "pending", blog.clock() + UNDO)]


@on_both
def test_undo_restores_the_comment_and_tells_nobody(blog: Blog, ann: Desk) -> None:
    add_webhook(blog.database, blog.site.id, events='["comment.decided"]')
    comment = blog.flag()
    ann.decide("reject", comment)
    blog.clock.move(seconds=59)
    assert ann.undo().done == [comment]
    assert ann.record(comment).status == "scored"
    assert ann.record(comment).decision is None
    assert ann.queue() == [comment]
    assert told(blog) == [("comment.decided", "cancelled", None)]
    with pytest.raises(NothingToUndo):
        ann.undo()


@on_both
@pytest.mark.parametrize("was_off", [False, True])
def test_what_was_undone_is_told_to_nobody_later_either(
    blog: Blog, ann: Desk, *, was_off: bool
) -> None:
    webhook_id = add_webhook(blog.database, blog.site.id, events='["comment.decided"]')
    comment = blog.flag()
    since = blog.clock()
    ann.decide("approve", comment)
    if was_off:  # and what waited for it has failed
        for enabled in (False, True):
            with blog.database.read() as tx:
                webhook = get_webhook(tx, blog.site.id, webhook_id)
            assert webhook is not None
            blog.database.write(partial(change_webhook, webhook=webhook, enabled=enabled))
    assert ann.undo().done == [comment]
    recover = partial(recover_since, webhook_id=webhook_id, since=since, now=blog.clock())
    assert blog.database.write(recover) == 0
    with blog.database.read() as tx:
        [delivery] = list_deliveries(tx, blog.site.id, limit=1)
    again = partial(retry_delivery, delivery_id=delivery.id, now=blog.clock())
    assert blog.database.write(again) == "cancelled"
    assert told(blog) == [("comment.decided", "cancelled", None)]


def test_after_the_minute_only_a_new_decision_helps(blog: Blog, ann: Desk) -> None:
    comment = blog.flag()
    act = ann.decide("reject", comment)
    blog.clock.move(seconds=60)
    with pytest.raises(TooLateToUndo):
        ann.undo(act.id)
    assert ann.decide("approve", comment).refused[comment].why == "decided"
    assert ann.decide("approve", comment, replaces=standing(blog, comment)).done == [comment]
    assert ann.undo().done == [comment]
    decision = ann.record(comment).decision
    assert decision is not None
    assert decision.decision == "reject"  # what stood before


@on_both
def test_the_same_again_is_no_decision(blog: Blog, ann: Desk) -> None:
    blog.database.write(lambda tx: choose_second_share(tx, blog.site.id, 1.0))
    comment = blog.flag()
    act = ann.decide("approve", comment, comment)
    assert act.done == [comment]
    blog.clock.move(seconds=1)
    again = ann.decide("approve", comment, replaces=standing(blog, comment))
    assert (again.id, again.done, again.refused) == ("", [], {})
    with blog.database.read() as tx:
        assert [line.action for line in list_audit(tx, blog.site.id, limit=10)] == [
            "comment.approve"
        ]
    assert ann.undo().id == act.id  # what is undone is what was decided


@on_both
def test_what_is_held_leaves_before_a_newer_decision(blog: Blog, ann: Desk) -> None:
    add_webhook(blog.database, blog.site.id, events='["comment.decided"]')
    comment = blog.flag()
    ann.decide("reject", comment)
    blog.clock.move(seconds=5)
    now = blog.clock()
    platform = Decision("approve", "platform", "boss")
    blog.database.write(lambda tx: decide(tx, blog.site.id, comment, platform, now))
    assert [due for _, _, due in told(blog)] == [now, now]
    assert ann.undo().refused[comment].why == "decided"
    decision = ann.record(comment).decision
    assert decision is not None
    assert decision.actor == "boss"


@on_both
def test_two_moderators_do_not_decide_the_same(blog: Blog, ann: Desk, bob: Desk) -> None:
    comment = blog.flag(author={"id": "7"})
    ann.decide("reject", comment)
    act = bob.decide("approve", comment, note="I think it is fine.")
    assert act.done == []
    assert act.refused == {comment: Refused("decided", "ann@blog.example", "reject")}
    with blog.database.read() as tx:  # nothing of bob's work is lost
        kept = notes_about(tx, blog.site.id, comment, "7")
    assert [(note.actor, note.note) for note in kept] == [
        ("bob@blog.example", "I think it is fine.")
    ]


def test_an_edited_comment_is_not_decided_unseen(blog: Blog, ann: Desk) -> None:
    comment = blog.flag("Before", external_id="wp-1")
    edited = Comment(body="After", external_id="wp-1")
    blog.database.write(lambda tx: submit_comment(tx, blog.site.id, edited, blog.clock(), KEEPING))
    assert ann.decide("approve", comment).refused[comment].why == "edited"


def test_many_are_decided_and_undone_as_one(blog: Blog, ann: Desk) -> None:
    ids = [blog.flag(f"Number {number}") for number in range(5)]
    act = ann.decide("spam", *ids, "cmt_none")
    assert list(act.done) == ids
    assert act.refused["cmt_none"].why == "gone"
    assert sorted(ann.undo(act.id).done) == sorted(ids)
    assert ann.queue() == ids
    with blog.database.read() as tx:
        log = list_audit(tx, blog.site.id, limit=10)
    assert [(line.action, line.count) for line in log] == [("comment.undo", 5), ("comment.spam", 5)]


@on_both
def test_escalated_and_snoozed_comments_wait_elsewhere(blog: Blog, ann: Desk) -> None:
    one, two = blog.flag("one"), blog.flag("two")
    ann.move(Move("escalate", queue="escalated"), one)
    ann.move(Move("snooze", until=blog.clock() + timedelta(hours=1)), two)
    assert ann.queue() == []
    assert ann.queue(QueueFilter("escalated")) == [one]
    with blog.database.read() as tx:
        assert queue_names(tx, blog.site.id) == ["", "escalated"]
    blog.clock.move(minutes=1, seconds=-5)
    assert ann.undo().done == [two]  # a move can be undone too
    assert ann.queue() == [two]


@on_both
@pytest.mark.parametrize(
    "since",
    [
        Move("escalate", queue="escalated"),
        Move("snooze", until=NOW + timedelta(hours=1)),
        Move("move", queue="legal"),
    ],
)
def test_undo_leaves_a_comment_where_somebody_has_put_it_since(
    blog: Blog, ann: Desk, bob: Desk, since: Move
) -> None:
    comment = blog.flag()
    ann.move(Move("move", queue="later"), comment)
    bob.move(since, comment)
    assert ann.undo().refused == {comment: Refused("decided")}
    assert ann.queue() == ann.queue(QueueFilter("later")) == []
    assert bob.undo().done == [comment]
    assert ann.queue(QueueFilter("later")) == [comment]


@on_both
@pytest.mark.parametrize(
    "since", [Move("escalate", queue=ESCALATED), Move("snooze", until=NOW + timedelta(hours=1))]
)
def test_undo_leaves_what_was_edited_where_its_new_text_was_put(
    blog: Blog, ann: Desk, since: Move
) -> None:
    comment = blog.flag("Before", external_id="wp-1")
    ann.move(since, comment)
    blog.clock.move(seconds=1)
    blog.flag("A threat", flagged("A threat", queue=ESCALATED), external_id="wp-1")
    assert ann.undo().refused == {comment: Refused("edited")}
    assert ann.queue() == []
    assert ann.queue(QueueFilter(ESCALATED)) == [comment]


def test_what_is_snoozed_comes_back(blog: Blog, ann: Desk) -> None:
    comment = blog.flag()
    ann.move(Move("snooze", until=blog.clock() + timedelta(hours=1)), comment)
    blog.clock.move(hours=1)
    assert ann.queue() == [comment]


@on_both
def test_a_claim_is_seen_by_others_and_runs_out(blog: Blog, ann: Desk, bob: Desk) -> None:
    comment = blog.flag()

    def claim(desk: Desk) -> str | None:
        return blog.database.write(partial(desk.claim, comment))

    assert claim(ann) is None
    assert claim(ann) is None
    assert claim(bob) == "ann@blog.example"
    with blog.database.read() as tx:
        seen = claims_of_others(tx, blog.site.id, bob.who.person_id, blog.clock())
    assert seen == {comment: "ann@blog.example"}
    blog.clock.move(seconds=61)
    assert claim(bob) is None


@on_both
def test_of_two_who_open_the_same_at_once_one_has_it(blog: Blog, ann: Desk, bob: Desk) -> None:
    comment = blog.flag()
    with ThreadPoolExecutor(1) as thread:
        with unfinished(blog.database, partial(ann.claim, comment)):
            late = thread.submit(blog.database.write, partial(bob.claim, comment))
        assert late.result() == "ann@blog.example"


@on_both
def test_an_erasure_takes_the_notes_with_it(blog: Blog, ann: Desk) -> None:
    comment = blog.flag()
    ann.decide("reject", comment)
    ann.decide("approve", comment, note="Ann Smith of 5 High Street wrote this.")
    blog.database.write(lambda tx: erase_comment(tx, blog.site.id, comment, blog.clock()))
    with blog.database.read() as tx:
        assert tx.execute(select(notes)).all() == []
    assert ann.undo().done == []  # what is erased does not come back
    assert ann.record(comment).status == "erased"


def test_a_comment_judged_anew_waits_in_its_new_place(blog: Blog, ann: Desk) -> None:
    calm, swears = blog.flag("calm"), blog.flag("swears")
    with blog.database.read() as tx:
        old = scored_since(tx, NOW, site_id=blog.site.id, after="", limit=10)
    later = flagged("swears", blog.clock(), priority=9, labels=["threat"])
    judged = [(one, later) for one in old if one.id == swears]
    blog.database.write(lambda tx: replace_verdicts(tx, judged, blog.clock()))
    assert ann.queue() == [swears, calm]
    assert ann.queue(QueueFilter(label="threat")) == [swears]
    assert ann.queue(QueueFilter(label="profanity")) == [calm]


def test_what_waits_is_counted(blog: Blog) -> None:
    for number in range(3):
        blog.flag(str(number))
    with blog.database.read() as tx:
        assert count_waiting(tx, blog.site.id, "", blog.clock()) == 3
