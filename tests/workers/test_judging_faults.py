"""What fails at one comment after it was claimed: it costs that one, which people can deal with.

No such fault is known, so each step is broken for one marked text.
"""

from collections import Counter
from functools import partial
from typing import Any

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import select, update
from structlog.testing import capture_logs

from rules.comment import Author, Comment
from rules.verdict import Verdict
from store.comments import get_records
from store.database import Database, StoreUnavailable
from store.decisions import Decision, decide
from store.erasure import erase_comment, erase_some_of_author
from store.policies import activate_policy
from store.records import Site
from store.sites import create_site, set_on_timeout
from store.tables import comments
from store.verdicts import record_verdicts
from tests.conftest import NOW
from tests.make import add_webhook, submit
from tests.workers.broken import break_step
from tests.workers.conftest import MakeRuntime
from tests.workers.fakes import EnglishScorer, FakeScorer
from workers.judging import judge
from workers.runtime import ScoringRuntime
from workers.scoring import score_pending_comments

MARK = "zebra"
POLICY = """\
name: asking
rules:
  - id: company
    when: campaign.size > 90 or domain.spam_rate > 0.99 or flood.similar > 90 or spam > 0.999
    action: reject
"""
STEPS = [
    "rules.facts.hyperlinks._found",
    "workers.campaigns.sketch",
    "workers.campaigns.promoted_domains",
    "store.standing.promoted_domains",
    "workers.known.histories_of",
    "workers.known.observe",
    "workers.spam.scoring.features_of",
    "workers.judging.foreign_language",
    "workers.judging.point_out",
    "workers.recording.original_comment",
]


@pytest.fixture
def runtime(make_runtime: MakeRuntime) -> ScoringRuntime:
    return make_runtime(EnglishScorer())


def is_marked(arguments: Any) -> bool:
    return MARK in repr(arguments)


def verdict_of(database: Database, comment_id: str) -> Verdict:
    with database.read() as tx:
        verdict = get_records(tx, [comment_id])[comment_id].verdict
    assert verdict is not None
    return verdict


def refused() -> float:
    names = {"action": "reject", "decided_by": "fallback"}
    return REGISTRY.get_sample_value("tactful_verdicts_total", names) or 0.0


def judged_around_it(database: Database, site: Site, runtime: ScoringRuntime) -> str:
    """Judge the marked one among others, of another site too, and see that these are judged."""
    other, _ = database.write(lambda tx: create_site(tx, "other", NOW))
    for one in (site, other):
        asking = partial(activate_policy, site_id=one.id, name="asking", source=POLICY)
        database.write(partial(asking, now=NOW))
        add_webhook(database, one.id)
    database.write(lambda tx: set_on_timeout(tx, site.id, "reject"))
    texts = [f"Number {number}: see http://a{number}.example/ for it" for number in range(4)]
    good = [submit(database, of.id, text).id for of in (site, other) for text in texts]
    author = Author(id="evil", email="evil@blog.example", ip="203.0.113.9")
    bad = submit(database, site.id, f"A {MARK}: http://b.example/", author=author).id
    good += [submit(database, other.id, text.upper()).id for text in texts]
    with capture_logs() as log:
        assert score_pending_comments(runtime) == (13, True)
    assert {verdict_of(database, each).decided_by for each in good} == {"policy"}
    assert [line["comment"] for line in log if line["event"] == "comment_not_judged"] == [bad]
    assert MARK not in str(log)
    return bad


@pytest.mark.parametrize("step", STEPS)
def test_a_step_that_fails_costs_its_comment_alone_which_is_answered_decided_and_erased(
    database: Database,
    site: Site,
    runtime: ScoringRuntime,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
) -> None:
    break_step(monkeypatch, step, is_marked)
    before = refused()
    bad = judged_around_it(database, site, runtime)
    verdict = verdict_of(database, bad)
    assert (verdict.action, verdict.decided_by) == ("reject", "fallback")
    assert [reason.rule for reason in verdict.reasons] == ["judging-failed"]
    assert refused() - before == 1
    for said in (Decision("approve", "moderator"), Decision("spam", "moderator")):
        decided = partial(decide, site_id=site.id, comment_id=bad, decision=said, now=NOW)
        assert database.write(decided) is not None
    assert database.write(lambda tx: erase_comment(tx, site.id, bad, NOW))
    again = submit(database, site.id, f"A {MARK}", author=Author(id="evil")).id
    assert database.write(lambda tx: erase_some_of_author(tx, site.id, "evil", NOW)) == 1
    with database.read() as tx:
        left = select(comments.c.content).where(comments.c.id.in_([bad, again]))
        assert set(tx.execute(left).scalars()) == {None}


def test_a_verdict_that_cannot_be_recorded_is_answered_without_the_policys(
    database: Database, site: Site, runtime: ScoringRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def by_policy(given: Any) -> bool:
        judged = given[0][2]
        return any(MARK in item.comment.body and v.decided_by == "policy" for item, v in judged)

    break_step(monkeypatch, "workers.recording.record_verdicts", by_policy)
    bad = judged_around_it(database, site, runtime)
    assert verdict_of(database, bad).action == "reject"


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count how often each text is judged."""
    seen: Counter[str] = Counter()

    def counting(comment: Comment, *args: Any, **named: Any) -> Verdict:
        seen[comment.body] += 1
        return judge(comment, *args, **named)

    monkeypatch.setattr("workers.recording.judge", counting)
    return seen


@pytest.mark.parametrize("step", ["record_verdicts", "original_comment"])
def test_no_comment_is_judged_twice_because_another_fails(
    database: Database,
    site: Site,
    runtime: ScoringRuntime,
    monkeypatch: pytest.MonkeyPatch,
    judged: Counter[str],
    step: str,
) -> None:
    break_step(monkeypatch, f"workers.recording.{step}", is_marked)
    texts = [f"Hello {number}" for number in range(12)]
    for text in (*texts, f"A {MARK}"):
        submit(database, site.id, text)
    score_pending_comments(runtime)
    assert {judged[text] for text in texts} == {1}


def test_none_is_judged_twice_because_the_database_took_nothing_for_a_while(
    database: Database,
    site: Site,
    runtime: ScoringRuntime,
    monkeypatch: pytest.MonkeyPatch,
    judged: Counter[str],
) -> None:
    refusals = iter(range(2))

    def recording(*args: Any) -> Any:
        if next(refusals, None) is not None:
            raise StoreUnavailable("a standby")
        return record_verdicts(*args)

    monkeypatch.setattr("workers.recording.record_verdicts", recording)
    monkeypatch.setattr("workers.scoring.LOOK_AGAIN_SECONDS", 0)
    ids = [submit(database, site.id, f"Hello {number}").id for number in range(3)]
    assert score_pending_comments(runtime) == (3, True)
    assert set(judged.values()) == {1}
    assert {verdict_of(database, each).decided_by for each in ids} == {"policy"}


@pytest.mark.parametrize(
    "step",
    ["recording.announce_verdicts", "recording._tell", "campaign_rejudging.record_sightings"],
)
def test_what_fails_when_the_verdicts_are_on_record_changes_none(
    database: Database,
    site: Site,
    runtime: ScoringRuntime,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
) -> None:
    database.write(lambda tx: activate_policy(tx, site.id, "asking", POLICY, NOW))
    break_step(monkeypatch, f"workers.{step}", lambda _: True)
    ids = [submit(database, site.id, f"Hello {number}").id for number in range(3)]
    assert score_pending_comments(runtime) == (3, True)
    assert {verdict_of(database, each).decided_by for each in ids} == {"policy"}


@pytest.mark.parametrize(
    ("site_says", "comes_of_it"), [("approve", "review"), ("reject", "reject")]
)
def test_a_text_at_which_the_policy_fails_is_not_published_unread(
    database: Database,
    site: Site,
    runtime: ScoringRuntime,
    monkeypatch: pytest.MonkeyPatch,
    site_says: str,
    comes_of_it: str,
) -> None:
    database.write(lambda tx: set_on_timeout(tx, site.id, site_says))
    break_step(monkeypatch, "workers.spam.scoring.features_of", is_marked)
    bad = submit(database, site.id, f"A {MARK}").id
    score_pending_comments(runtime)
    assert verdict_of(database, bad).action == comes_of_it


def test_a_comment_not_read_whole_says_so_where_judging_it_fails_too(
    database: Database, site: Site, runtime: ScoringRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_step(monkeypatch, "workers.known.histories_of", is_marked)
    bad = submit(database, site.id, f"A {MARK}", rest="and an end that nobody read").id
    score_pending_comments(runtime)
    rules = {reason.rule for reason in verdict_of(database, bad).reasons}
    assert rules == {"judging-failed", "not-read-whole"}


def test_a_comment_that_goes_on_killing_its_workers_is_answered_without_a_look_at_it(
    database: Database, site: Site, make_runtime: MakeRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def kills(_: Any) -> bool:
        raise SystemExit

    bad = submit(database, site.id, f"A {MARK}").id
    database.write(lambda tx: tx.execute(update(comments).values(attempts=4)))
    break_step(monkeypatch, "workers.recording.known_of", kills)
    assert score_pending_comments(make_runtime(FakeScorer())) == (1, True)
    assert [reason.rule for reason in verdict_of(database, bad).reasons] == ["judging-failed"]
