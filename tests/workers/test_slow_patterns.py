"""Patterns that are slow at a text cost that comment its rules, and nobody else a wait."""

import time

import pytest
from structlog.testing import capture_logs

from rules.verdict import Action
from store.comments import get_comment
from store.database import Database
from store.policies import activate_policy
from store.records import Site
from store.sites import create_site, set_on_timeout
from tests.conftest import NOW
from tests.make import SLOW_POLICY, SLOW_TEXT, submit
from workers.runtime import ScoringRuntime
from workers.scoring import score_pending_comments


@pytest.fixture
def slow_site(database: Database) -> Site:
    site, _ = database.write(lambda tx: create_site(tx, "slow", NOW))
    database.write(lambda tx: activate_policy(tx, site.id, "slow", SLOW_POLICY, NOW))
    return site


def test_what_other_rules_say_of_such_a_comment_counts(
    database: Database, slow_site: Site, runtime: ScoringRuntime
) -> None:
    rule = "rules:\n  - {id: certain, when: 'contains(text, \"forbidden\")', action: reject}\n"
    policy = SLOW_POLICY.replace("rules:\n", rule)
    database.write(lambda tx: activate_policy(tx, slow_site.id, "slow", policy, NOW))
    comment = submit(database, slow_site.id, f"forbidden {SLOW_TEXT}")
    score_pending_comments(runtime)
    with database.read() as tx:
        record = get_comment(tx, slow_site.id, comment.id)
    assert record is not None
    assert record.verdict is not None
    assert record.verdict.action == "reject"
    assert [reason.rule for reason in record.verdict.reasons] == ["certain", "policy-too-slow"]


@pytest.mark.parametrize(
    ("long_ones", "decides"),
    [(1, ("approve", "review")), (1, ("reject", "reject")), (20, ("reject", "reject"))],
)
def test_such_comments_get_what_the_site_set_in_little_time_and_none_is_published(
    database: Database,
    site: Site,
    slow_site: Site,
    runtime: ScoringRuntime,
    long_ones: int,
    decides: tuple[Action, Action],
) -> None:
    on_timeout, action = decides
    database.write(lambda tx: set_on_timeout(tx, slow_site.id, on_timeout))

    def told(at: Site, comment_id: str) -> tuple[str, str, list[str]]:
        with database.read() as tx:
            record = get_comment(tx, at.id, comment_id)
        assert record is not None
        assert record.verdict is not None
        verdict = record.verdict
        return verdict.action, verdict.decided_by, [reason.rule for reason in verdict.reasons]

    before = submit(database, slow_site.id, "short").id
    slow = [submit(database, slow_site.id, f"{SLOW_TEXT}{n}").id for n in range(long_ones)]
    after, of_others = submit(database, slow_site.id, "brief").id, submit(database, site.id).id
    began = time.process_time()
    with capture_logs() as log:
        assert score_pending_comments(runtime) == (long_ones + 3, True)
    assert time.process_time() - began < 15
    assert {str(told(slow_site, each)) for each in slow} == {
        str((action, "fallback", ["policy-too-slow"]))
    }
    assert [line["comment"] for line in log if line["event"] == "policy_too_slow"][:1] == slow[:1]
    assert told(slow_site, before)[1] == "policy"
    assert told(slow_site, after)[1] == "policy"
    assert told(site, of_others)[1] == "policy"
