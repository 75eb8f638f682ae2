import json
import math
import threading
from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from structlog.testing import capture_logs

from rules.verdict import Action
from store.comments import list_comments
from store.database import Database
from store.policies import activate_policy
from store.records import CommentRecord, Site
from store.sites import set_on_timeout
from store.tables import deliveries, events, verdicts
from tests.conftest import NOW
from tests.make import SEALER, add_webhook, claim, submit
from tests.workers.conftest import MakeRuntime
from tests.workers.fakes import EnglishScorer, FakeScorer, SlowScorer
from workers import batches, scoring
from workers.batches import take_batch
from workers.lease_keeper import LEASE
from workers.redis_clients import impatient_client
from workers.runtime import ScoringRuntime
from workers.scorers.protocol import Scores
from workers.scoring import score_pending_comments


def records(database: Database, site: Site) -> dict[str, CommentRecord]:
    with database.read() as tx:
        return {record.id: record for record in list_comments(tx, site.id, limit=1000)}


def test_every_pending_comment_gets_one_verdict_and_one_delivery(
    database: Database, site: Site, runtime: ScoringRuntime
) -> None:
    add_webhook(database, site.id)
    for number in range(150):
        submit(database, site.id, f"Comment {number}")
    assert score_pending_comments(runtime) == (150, True)
    found = records(database, site).values()
    assert {record.status for record in found} == {"scored"}
    with database.read() as tx:
        assert tx.execute(select(func.count()).select_from(verdicts)).scalar_one() == 150
        assert tx.execute(select(func.count()).select_from(deliveries)).scalar_one() == 150


def test_batches_are_as_large_as_what_waits(
    database: Database, site: Site, make_runtime: MakeRuntime
) -> None:
    scorer = FakeScorer()
    submit(database, site.id)
    score_pending_comments(make_runtime(scorer))
    for number in range(batches.BATCH + 3):
        submit(database, site.id, f"Comment {number}")
    score_pending_comments(make_runtime(scorer))
    assert [len(call) for call in scorer.calls] == [1, batches.BATCH, 3]


def test_the_verdict_says_who_judged_with_what(
    database: Database, site: Site, runtime: ScoringRuntime
) -> None:
    comment = submit(database, site.id)
    score_pending_comments(runtime)
    verdict = records(database, site)[comment.id].verdict
    assert verdict is not None
    assert (verdict.action, verdict.decided_by) == ("approve", "policy")
    assert (verdict.policy.version, verdict.engine.name) == (1, "fake")
    assert verdict.scores["toxicity"] == 0.01
    assert verdict.scored_at == NOW


def test_the_webhooks_body_is_the_comment_with_its_verdict(
    database: Database, site: Site, runtime: ScoringRuntime
) -> None:
    add_webhook(database, site.id)
    comment = submit(database, site.id, external_id="wp-1", metadata={"post": 7})
    score_pending_comments(runtime)
    with database.read() as tx:
        body = json.loads(tx.execute(select(events.c.payload)).scalar_one())
    assert body["type"] == "comment.verdict"
    assert body["data"]["id"] == comment.id
    assert body["data"]["metadata"] == {"post": 7}
    assert body["data"]["verdict"]["action"] == "approve"


def test_a_text_that_the_scorer_cannot_take_is_held_and_the_rest_is_scored(
    database: Database, site: Site, runtime: ScoringRuntime
) -> None:
    fine = [submit(database, site.id, f"Comment {number}").id for number in range(5)]
    poison = submit(database, site.id, "poison").id
    score_pending_comments(runtime)
    found = records(database, site)
    held = found[poison].verdict
    assert held is not None
    assert (held.action, held.decided_by) == ("review", "fallback")
    assert [(reason.rule, reason.decided) for reason in held.reasons] == [("fallback", True)]
    for comment_id in fine:
        verdict = found[comment_id].verdict
        assert verdict is not None
        assert verdict.decided_by == "policy"


def test_the_fallback_is_what_the_site_set(
    database: Database, site: Site, runtime: ScoringRuntime
) -> None:
    database.write(lambda tx: set_on_timeout(tx, site.id, "approve"))
    comment = submit(database, site.id, "poison")
    score_pending_comments(runtime)
    verdict = records(database, site)[comment.id].verdict
    assert verdict is not None
    assert (verdict.action, verdict.decided_by) == ("approve", "fallback")


@pytest.mark.parametrize(
    ("on_timeout", "action", "first"),
    [
        ("approve", "review", "profanity"),
        ("review", "review", "profanity"),
        ("reject", "reject", "fallback"),
    ],
)
def test_rules_that_need_no_score_still_hold_what_could_not_be_scored(
    database: Database,
    site: Site,
    runtime: ScoringRuntime,
    on_timeout: Action,
    action: Action,
    first: str,
) -> None:
    database.write(lambda tx: set_on_timeout(tx, site.id, on_timeout))
    comment = submit(database, site.id, "poison, you shithead")
    score_pending_comments(runtime)
    verdict = records(database, site)[comment.id].verdict
    assert verdict is not None
    assert (verdict.action, verdict.decided_by) == (action, "fallback")
    assert [reason.rule for reason in verdict.reasons if reason.decided] == [first]
    assert verdict.reasons[0].rule == first


@pytest.mark.parametrize(("body", "by"), [("Hello", "policy"), ("poison", "fallback")])
def test_what_was_not_read_whole_is_never_approved(
    database: Database, site: Site, runtime: ScoringRuntime, body: str, by: str
) -> None:
    database.write(lambda tx: set_on_timeout(tx, site.id, "approve"))
    comment = submit(database, site.id, body, rest="and more")
    score_pending_comments(runtime)
    verdict = records(database, site)[comment.id].verdict
    assert verdict is not None
    assert (verdict.action, verdict.decided_by) == ("review", by)
    assert [one.rule for one in verdict.reasons if one.decided] == ["not-read-whole"]


@pytest.mark.parametrize("score", [math.nan, math.inf, -0.1, 1.1])
def test_an_impossible_score_is_no_score(
    database: Database, site: Site, make_runtime: MakeRuntime, score: float
) -> None:
    comment = submit(database, site.id)
    score_pending_comments(make_runtime(FakeScorer({"toxicity": score})))
    verdict = records(database, site)[comment.id].verdict
    assert verdict is not None
    assert verdict.decided_by == "fallback"


def test_a_comment_that_killed_its_workers_twice_is_held_unscored(
    database: Database, site: Site, make_runtime: MakeRuntime
) -> None:
    database.write(lambda tx: set_on_timeout(tx, site.id, "approve"))
    comment = submit(database, site.id, "killer")
    claim(database, NOW - 9 * LEASE)
    claim(database, NOW - 6 * LEASE, retried=True)
    scorer = FakeScorer()
    score_pending_comments(make_runtime(scorer))
    verdict = records(database, site)[comment.id].verdict
    assert verdict is not None
    assert (verdict.action, verdict.decided_by) == ("review", "fallback")
    assert scorer.calls == []


def test_what_lost_its_worker_has_its_turn_although_new_ones_keep_coming(
    database: Database, site: Site, runtime: ScoringRuntime
) -> None:
    lost = submit(database, site.id, "lost its worker")
    claim(database, NOW - 9 * LEASE)
    submit(database, site.id, "new")
    assert [item.id for item in take_batch(runtime, retried_first=True).claim.comments] == [lost.id]
    [fresh] = take_batch(runtime, retried_first=True).claim.comments
    assert fresh.attempts == 1


def test_comments_of_a_dead_worker_are_scored_alone(
    database: Database, site: Site, make_runtime: MakeRuntime
) -> None:
    for number in range(3):
        submit(database, site.id, f"Comment {number}")
    claim(database, NOW - 2 * LEASE)
    scorer = FakeScorer()
    assert score_pending_comments(make_runtime(scorer)) == (3, True)
    assert [len(call) for call in scorer.calls] == [1, 1, 1]


def test_a_new_policy_holds_for_the_next_comment(
    database: Database, site: Site, runtime: ScoringRuntime
) -> None:
    submit(database, site.id)
    score_pending_comments(runtime)
    strict = "name: strict\nrules:\n  - id: all\n    when: toxicity >= 0\n    action: review\n"
    database.write(lambda tx: activate_policy(tx, site.id, "strict", strict, NOW))
    after = submit(database, site.id, "Next")
    score_pending_comments(runtime)
    verdict = records(database, site)[after.id].verdict
    assert verdict is not None
    assert (verdict.action, verdict.policy.name, verdict.policy.version) == ("review", "strict", 2)


def test_a_slow_scorer_keeps_its_lease(
    database: Database, site: Site, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.lease_keeper.RENEW_EVERY", timedelta(seconds=0.1))
    monkeypatch.setattr("workers.lease_keeper.LEASE", timedelta(seconds=0.5))
    from workers.clock import system_clock
    from workers.policies import PolicyShelf

    scorer = SlowScorer()
    redis = impatient_client(redis_url)
    runtime = ScoringRuntime(database, redis, scorer, PolicyShelf(), SEALER, system_clock)
    submit(database, site.id)
    worker = threading.Thread(target=score_pending_comments, args=(runtime,))
    worker.start()
    assert scorer.entered.wait(10)
    threading.Event().wait(1.2)
    taken = claim(database, system_clock(), retried=True)
    scorer.go_on.set()
    worker.join(10)
    assert not taken.comments
    assert {record.status for record in records(database, site).values()} == {"scored"}


def test_no_more_than_one_batch_waits_to_be_recorded(
    database: Database, site: Site, make_runtime: MakeRuntime
) -> None:
    on_record: list[int] = []

    class Trickle(FakeScorer):
        def score(self, texts: Sequence[str]) -> list[Scores]:
            with database.read() as tx:
                on_record.append(
                    tx.execute(select(func.count()).select_from(verdicts)).scalar_one()
                )
            if len(self.calls) < 12:
                submit(database, site.id, f"Comment {len(self.calls)}")
            return super().score(texts)

    submit(database, site.id, "The first")
    score_pending_comments(make_runtime(Trickle()))
    assert all(count >= call - 1 for call, count in enumerate(on_record))


def test_a_worker_that_has_worked_long_enough_says_that_more_waits(
    database: Database, site: Site, runtime: ScoringRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scoring, "AT_MOST_SECONDS", 0.0)
    for number in range(batches.BATCH + 1):
        submit(database, site.id, f"Comment {number}")
    assert score_pending_comments(runtime) == (batches.BATCH, False)


def test_comments_are_judged_while_redis_is_away_and_it_is_not_rung_at_each_batch(
    database: Database, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    from workers.policies import PolicyShelf

    monkeypatch.setattr("workers.doorbell.PAUSE_SECONDS", 60)
    nowhere = impatient_client("redis://127.0.0.1:1/0")
    runtime = ScoringRuntime(database, nowhere, FakeScorer(), PolicyShelf(), SEALER, lambda: NOW)
    with capture_logs() as logs:
        for number in range(3):
            submit(database, site.id, f"Comment {number}")
            assert score_pending_comments(runtime) == (1, True)
    assert [entry["event"] for entry in logs].count("doorbell_failed") == 1


def test_a_policy_can_look_at_the_authors_past_and_at_floods(
    database: Database, site: Site, runtime: ScoringRuntime
) -> None:
    policy = (
        "name: trust\nrules:\n"
        "- id: regulars\n  when: author.approved_count >= 2\n  action: approve\n  labels: [known]\n"
        "- id: flood\n  when: flood.similar >= 2\n  action: review\n"
    )
    database.write(lambda tx: activate_policy(tx, site.id, "trust", policy, NOW))
    for number in range(2):
        submit(database, site.id, f"Number {number}", author={"id": "ann"})
    score_pending_comments(runtime)
    third = submit(database, site.id, "Number three", author={"id": "ann"})
    flood = [submit(database, site.id, f"The very same long sentence {n}") for n in range(3)]
    score_pending_comments(runtime)
    found = records(database, site)
    known = found[third.id].verdict
    assert known is not None
    assert known.labels == ["known"]
    verdicts = [found[one.id].verdict for one in flood]
    assert [verdict.action for verdict in verdicts if verdict] == ["review"] * 3


def test_a_language_that_the_scorer_does_not_read_is_not_guessed_at(
    database: Database, site: Site, make_runtime: MakeRuntime
) -> None:
    german = submit(database, site.id, "Das ist wirklich nicht die Art, wie man mit mir redet")
    english = submit(database, site.id, "That is not the way to talk with me")
    score_pending_comments(make_runtime(EnglishScorer()))
    found = records(database, site)
    verdict = found[german.id].verdict
    assert verdict is not None
    assert "toxicity" not in verdict.scores
    assert verdict.labels == ["unsupported-language"]
    assert "fake does not support this language (de)" in verdict.reasons[-1].message
    known = found[english.id].verdict
    assert known is not None
    assert "toxicity" in known.scores
    assert known.labels == []


def test_a_policy_can_send_what_was_not_read_to_a_person(
    database: Database, site: Site, make_runtime: MakeRuntime
) -> None:
    policy = "name: strict\nrules:\n- {id: unread, when: not known(toxicity), action: review}\n"
    database.write(lambda tx: activate_policy(tx, site.id, "strict", policy, NOW))
    comment = submit(database, site.id, "Das ist wirklich nicht die Art, wie man mit mir redet")
    score_pending_comments(make_runtime(EnglishScorer()))
    verdict = records(database, site)[comment.id].verdict
    assert verdict is not None
    assert verdict.action == "review"
