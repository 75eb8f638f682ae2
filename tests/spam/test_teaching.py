"""Decisions teach the site's model: once each, reversibly, and nothing of a text stays."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import numpy as np
import pytest
from pydantic import JsonValue
from rq.timeouts import JobTimeoutException
from sqlalchemy import func, select
from structlog.testing import capture_logs

from rules.comment import Comment
from store.accounts import account_with_password
from store.act_records import Moderator
from store.acts import Target, decide_comments
from store.database import Database
from store.decisions import Decision, decide
from store.erasure import erase_comment
from store.people import add_moderator
from store.records import TRAP, DecisionWord, Site
from store.spam_lessons import lessons_wait, mark_lesson
from store.spam_models import stored_model
from store.spam_tables import spam_examples, spam_lessons
from store.undo import undo
from store.verdicts import record_verdicts
from tests.conftest import NOW
from tests.make import claim, make_verdict, submit
from workers.spam.features import Features, features_of
from workers.spam.hashing import SIZE
from workers.spam.packing import unpack_vector, unpack_weights
from workers.spam.prior import FADED
from workers.spam.scoring import SpamShelf
from workers.spam.site_model import HALVING
from workers.spam.teaching import teach_what_waits

ADVERT = "The horoscope of this week: Leo and Virgo will find love at the lake"


def say(
    database: Database, site: Site, comment_id: str, word: DecisionWord, actor: str = "ann"
) -> None:
    decision = Decision(word, "platform", actor)
    database.write(lambda tx: decide(tx, site.id, comment_id, decision, NOW))


def teach(database: Database) -> None:
    assert teach_what_waits(database, lambda: NOW)
    with database.read() as tx:
        assert not lessons_wait(tx)


def score(database: Database, site: Site, body: str = ADVERT) -> float:
    with database.read() as tx:
        return SpamShelf().models(tx, {site.id})[site.id].suspect(Comment(body=body)).score


def counted(database: Database, site: Site) -> int:
    with database.read() as tx:
        return SpamShelf().models(tx, {site.id})[site.id].taught


def weights(database: Database, site: Site) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    with database.read() as tx:
        return unpack_weights(stored_model(tx, site.id).weights)


def test_a_decision_teaches_the_sites_own_model_and_no_others(
    database: Database, bare_site: Site, site: Site
) -> None:
    before = score(database, site)
    say(database, site, submit(database, site.id, ADVERT).id, "spam")
    teach(database)
    assert score(database, site) > 0.5 > before
    assert score(database, bare_site) == before


def test_a_corrected_decision_is_untaught(database: Database, site: Site) -> None:
    comment = submit(database, site.id, ADVERT).id
    say(database, site, comment, "spam")
    teach(database)
    say(database, site, comment, "ham")
    teach(database)
    assert score(database, site) < 0.5
    assert counted(database, site) == 1
    with database.read() as tx:
        assert tx.execute(select(spam_examples.c.side)).scalars().all() == [-1]


def a_moderator(database: Database, site: Site) -> Moderator:
    email = "ann@blog.example"
    database.write(lambda tx: add_moderator(tx, email, "hash", site.id, "moderator", NOW))
    with database.read() as tx:
        found = account_with_password(tx, email)
    assert found is not None
    return Moderator(found[0].id, email)


def test_an_undone_decision_is_untaught(database: Database, site: Site) -> None:
    comment = submit(database, site.id, ADVERT)
    held = claim(database)
    judged = [(item, make_verdict("review")) for item in held.comments]
    database.write(lambda tx: record_verdicts(tx, held, judged, NOW))
    ann, target = a_moderator(database, site), Target(comment.id, 1)
    database.write(lambda tx: decide_comments(tx, site.id, ann, "spam", [target], NOW))
    teach(database)
    assert weights(database, site).any()
    later = NOW + timedelta(seconds=5)
    database.write(lambda tx: undo(tx, site.id, ann, None, later))
    teach(database)
    assert np.allclose(weights(database, site), 0, atol=1e-5)
    assert counted(database, site) == 0


def test_a_decision_taught_twice_counts_once(database: Database, site: Site) -> None:
    comment = submit(database, site.id, ADVERT).id
    say(database, site, comment, "spam")
    teach(database)
    once = weights(database, site)
    database.write(lambda tx: mark_lesson(tx, site.id, comment, NOW))
    teach(database)
    assert np.allclose(weights(database, site), once, atol=1e-3)
    with database.read() as tx:
        assert tx.execute(select(func.count()).select_from(spam_examples)).scalar_one() == 1


def test_a_rejection_speaks_of_spam_only_where_the_verdict_did(
    database: Database, site: Site
) -> None:
    say(database, site, submit(database, site.id, "You are an idiot").id, "reject")
    teach(database)
    assert not weights(database, site).any()


def test_what_a_trap_caught_teaches_nothing(database: Database, site: Site) -> None:
    comment = submit(database, site.id, "I agree with the mayor, and here is why.").id
    say(database, site, comment, "spam", actor=TRAP)
    teach(database)
    assert not weights(database, site).any()


def test_a_lesson_that_fails_holds_up_no_other(
    database: Database, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def features(comment: Comment, metadata: dict[str, JsonValue]) -> Features:
        if "zebra" in comment.body:
            raise ValueError(comment.body)
        return features_of(comment, metadata)

    monkeypatch.setattr("workers.spam.teaching.features_of", features)
    bad, good = submit(database, site.id, "A zebra").id, submit(database, site.id, ADVERT).id
    for comment in (bad, good):
        say(database, site, comment, "spam")
    with capture_logs() as log:
        teach(database)
    assert weights(database, site).any()
    assert [(line["event"], line["comment"]) for line in log] == [("lesson_left_out", bad)]
    assert "zebra" not in str(log)


def test_a_lesson_in_whose_middle_the_job_runs_out_of_time_waits_for_the_next(
    database: Database, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_late(*_: object) -> Features:
        raise JobTimeoutException

    say(database, site, submit(database, site.id, ADVERT).id, "spam")
    with monkeypatch.context() as patch:
        patch.setattr("workers.spam.teaching.features_of", too_late)
        with pytest.raises(JobTimeoutException):
            teach(database)
    teach(database)
    assert weights(database, site).any()


def test_erasure_leaves_hashed_weights_alone(database: Database, site: Site) -> None:
    taught, waiting = submit(database, site.id, ADVERT).id, submit(database, site.id, "Leo").id
    say(database, site, taught, "spam")
    teach(database)
    before = weights(database, site)
    say(database, site, waiting, "spam")
    for comment in (taught, waiting):
        database.write(partial(erase_comment, site_id=site.id, comment_id=comment, now=NOW))
    teach(database)
    with database.read() as tx:
        for table in (spam_examples, spam_lessons):
            assert tx.execute(select(func.count()).select_from(table)).scalar_one() == 0
    assert (weights(database, site) == before).all()
    assert counted(database, site) == 1  # whoever looks first after the erasure


def test_actors_that_a_platform_names_are_one_account(database: Database, site: Site) -> None:
    for number in range(3):
        comment = submit(database, site.id, f"{ADVERT} {number}").id
        say(database, site, comment, "spam", actor=f"actor {number}")
    teach(database)
    with database.read() as tx:
        accounts = tx.execute(select(spam_examples.c.account)).scalars().all()
    assert len(accounts) == 3
    assert len(set(accounts)) == 1


def test_many_lessons_are_taught_in_order_of_need(database: Database, site: Site) -> None:
    for number in range(70):
        say(database, site, submit(database, site.id, f"{ADVERT} {number}").id, "spam")
    teach(database)
    with database.read() as tx:
        assert tx.execute(select(func.count()).select_from(spam_examples)).scalar_one() == 70
    assert score(database, site) > 0.9


def test_two_learners_at_once_teach_each_decision_once(database: Database, site: Site) -> None:
    for number in range(20):
        say(database, site, submit(database, site.id, f"{ADVERT} {number}").id, "spam")
    with ThreadPoolExecutor(2) as both:
        done = [both.submit(teach_what_waits, database, lambda: NOW) for _ in range(2)]
    assert all(one.result() for one in done)
    with database.read() as tx:
        assert tx.execute(select(func.count()).select_from(spam_examples)).scalar_one() == 20
        shares = tx.execute(select(spam_examples.c.vector, spam_examples.c.dual)).all()
    rebuilt = np.zeros(SIZE, dtype=np.float32)
    for packed, dual in shares:
        vector = unpack_vector(packed)
        rebuilt[vector.places] += np.float32(dual) * vector.values
    total = sum(dual for _, dual in shares)
    rebuilt[FADED] = total / (HALVING + total)
    assert np.allclose(rebuilt, weights(database, site), atol=1e-3)
