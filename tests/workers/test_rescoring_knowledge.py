"""Judged again, a comment meets what was known of it when it came, as far as that still is."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from rules.comment import Author
from store.comments import get_records
from store.database import Database
from store.decisions import Decision, decide
from store.erasure import erase_comment
from store.fading import forget_old_sightings
from store.policies import activate_policy
from store.records import Site
from store.sites import set_on_timeout
from tests.adverts import campaign
from tests.conftest import NOW
from tests.make import submit
from tests.workers.conftest import MakeRuntime
from tests.workers.fakes import FakeScorer
from tests.workers.test_rescoring import SINCE, NewScorer
from workers.rescoring import Findings, Judge, apply_findings, look_again
from workers.scorers.protocol import Scores
from workers.scoring import score_pending_comments

LONG_AFTER = NOW + timedelta(days=20)
ANN = {"id": "ann", "ip": "203.0.113.9", "email": "ann@mail.example"}
CALM = {"toxicity": 0.02}


def use_policy(database: Database, site: Site, *rules: str, lists: str = "{}") -> None:
    """Activate a policy of rules `CONDITION -> ACTION`, named r0, r1 …, with lists as YAML."""
    parts = [rule.rpartition(" -> ") for rule in rules]
    lines = [
        f'  - {{id: r{number}, when: "{when}", action: {action}}}'
        for number, (when, _, action) in enumerate(parts)
    ]
    source = "\n".join(["name: tested", f"lists: {lists}", "rules:", *lines, ""])
    database.write(lambda tx: activate_policy(tx, site.id, "tested", source, NOW))


def comments(database: Database, site: Site, count: int, **fields: Any) -> list[str]:
    return [submit(database, site.id, f"Number {n}", **fields).id for n in range(count)]


def look(
    database: Database, scores: Scores | None = None, after: timedelta = timedelta(days=20)
) -> Findings:
    by = Judge(database, NewScorer(scores))
    return look_again(by, SINCE, NOW + after, most=100, site_id=None)


def anew(found: Findings, ids: Sequence[str]) -> list[str]:
    """Return the new actions of comments, in the order of `ids`."""
    actions = {item.id: verdict.action for item, verdict in found.rejudged}
    return [actions[each] for each in ids if each in actions]


def test_neither_the_comment_itself_nor_what_came_with_it_or_later_is_its_authors_past(
    database: Database, site: Site, make_runtime: MakeRuntime
) -> None:
    use_policy(database, site, "author.approved_count == 0 and toxicity > 0.5 -> reject")
    first = comments(database, site, 2, author=ANN)
    score_pending_comments(make_runtime(FakeScorer()))
    assert anew(look(database), first) == ["reject", "reject"]


def test_what_came_before_is_its_authors_past_with_what_people_said_of_it_since(
    database: Database, site: Site, make_runtime: MakeRuntime
) -> None:
    use_policy(database, site, "author.spam_count == 1 -> reject")
    runtime = make_runtime(FakeScorer())
    [before] = comments(database, site, 1, author=ANN)
    score_pending_comments(runtime)
    [comment] = comments(database, site, 1, author=ANN)
    score_pending_comments(runtime)
    assert anew(look(database), [comment]) == ["approve"]
    spam = Decision("spam", "platform")
    database.write(lambda tx: decide(tx, site.id, before, spam, NOW + timedelta(hours=1)))
    assert anew(look(database), [comment]) == ["reject"]


def test_a_flood_is_a_flood_weeks_later_and_once_it_was_judged_again(
    database: Database, site: Site, make_runtime: MakeRuntime
) -> None:
    use_policy(database, site, "flood.author == 3 and flood.ip == 3 -> review")
    flood = comments(database, site, 4, author=ANN)
    score_pending_comments(make_runtime(FakeScorer()))
    found = look(database, CALM)
    assert (anew(found, flood), found.kept) == (["review"] * 4, 0)
    assert apply_findings(database, found, LONG_AFTER) == 4
    yet_another = NewScorer(CALM)
    yet_another.engine = FakeScorer.engine
    again = look_again(Judge(database, yet_another), SINCE, LONG_AFTER, most=9, site_id=None)
    assert (anew(again, flood), again.kept) == (["review"] * 4, 0)


def test_an_account_that_was_new_is_new(
    database: Database, site: Site, make_runtime: MakeRuntime
) -> None:
    use_policy(database, site, "author.age_days < 1 -> review")
    young = Author(created_at=NOW - timedelta(hours=1))
    ids = comments(database, site, 1, author=young)
    score_pending_comments(make_runtime(FakeScorer()))
    found = look(database, CALM)
    assert anew(found, ids) == ["review"]
    assert [verdict.scored_at for _, verdict in found.rejudged] == [LONG_AFTER]


def test_what_a_form_told_of_spam_is_told_again(
    database: Database, site: Site, make_runtime: MakeRuntime
) -> None:
    use_policy(database, site, "spam >= 0.6 -> reject")
    told = {"spam_signals": {"honeypot": "filled", "seconds_to_submit": 1}}
    ids = comments(database, site, 1, metadata=told)
    score_pending_comments(make_runtime(FakeScorer()))
    found = look(database, CALM)
    assert (anew(found, ids), found.kept) == (["reject"], 0)


def test_standing_counts_what_people_decided_and_does_not_fade_with_waiting(
    database: Database, site: Site, make_runtime: MakeRuntime
) -> None:
    use_policy(database, site, "domain.spam_rate > 0.7 -> reject")
    runtime = make_runtime(FakeScorer())
    link = "Look at https://watches.example/cheap"
    ids = [submit(database, site.id, f"{link} {n}").id for n in range(4)]
    score_pending_comments(runtime)
    spam = Decision("spam", "platform")
    for each in ids[:3]:
        database.write(lambda tx, of=each: decide(tx, site.id, of, spam, NOW))  # type: ignore[misc]
    half_a_year = timedelta(days=180)
    assert anew(look(database, after=half_a_year), ids) == ["reject"]


def test_a_campaign_is_seen_while_it_is_noted_down_and_later_keeps_its_verdicts(
    database: Database, site: Site, make_runtime: MakeRuntime
) -> None:
    use_policy(database, site, "campaign.size >= 9 -> reject")
    adverts = [
        submit(database, site.id, one.text, author=Author(ip="203.0.113.9")).id
        for one in campaign("watches", 10, addresses=1)
    ]
    score_pending_comments(make_runtime(FakeScorer()))
    with database.read() as tx:
        before = [record.verdict for record in get_records(tx, adverts).values()]
    caught = sum(verdict is not None and verdict.action == "reject" for verdict in before)
    assert caught >= 5
    soon = look(database, CALM, after=timedelta(hours=2))
    assert (anew(soon, adverts).count("reject"), soon.kept) == (caught, 0)
    database.write(lambda tx: forget_old_sightings(tx, LONG_AFTER))
    late = look(database, CALM)
    assert (anew(late, adverts).count("reject"), late.kept) == (0, caught)
    apply_findings(database, late, LONG_AFTER)
    with database.read() as tx:
        records = get_records(tx, adverts).values()
    assert sum(r.verdict is not None and r.verdict.action == "reject" for r in records) == caught


def test_a_comment_is_not_counted_twice_among_those_of_its_network(
    database: Database, site: Site, make_runtime: MakeRuntime
) -> None:
    use_policy(database, site, "flood.network == 2 -> review")
    near = [
        submit(database, site.id, f"Number {n}", author=Author(ip=f"203.0.113.{n}")).id
        for n in range(3)
    ]
    score_pending_comments(make_runtime(FakeScorer()))
    found = look(database, CALM, after=timedelta(hours=2))
    assert (anew(found, near), found.kept) == (["review"] * 3, 0)


def test_what_was_erased_makes_no_verdict_of_others_milder(
    database: Database, site: Site, make_runtime: MakeRuntime
) -> None:
    use_policy(database, site, "flood.similar >= 2 -> review")
    text = "Buy cheap watches at our wonderful shop today"
    others = [submit(database, site.id, text, author={"id": name}).id for name in ("bob", "eve")]
    [kept] = [submit(database, site.id, text, author=ANN).id]
    score_pending_comments(make_runtime(FakeScorer()))
    for each in others:
        database.write(lambda tx, each=each: erase_comment(tx, site.id, each, NOW))  # type: ignore[misc]
    found = look(database, CALM)
    assert (anew(found, [kept]), found.kept) == ([], 1)


def test_what_was_forgotten_brings_no_discarded_comment_back_before_people(
    database: Database, site: Site, make_runtime: MakeRuntime
) -> None:
    use_policy(
        database,
        site,
        "toxicity > 0.5 -> reject",
        f"author.email == '{ANN['email']}' -> reject, discard: true",
    )
    comments(database, site, 1, author=ANN)
    score_pending_comments(make_runtime(FakeScorer({"toxicity": 0.9})))
    found = look(database, {"toxicity": 0.8})
    assert (found.rejudged, found.kept) == ([], 1)


def test_what_the_new_scores_no_longer_discard_waits_for_people(
    database: Database, site: Site, make_runtime: MakeRuntime
) -> None:
    use_policy(
        database,
        site,
        "toxicity > 0.5 -> reject",
        "toxicity > 0.9 and flood.author >= 1 -> reject, discard: true",
    )
    ids = comments(database, site, 2, author=ANN)
    score_pending_comments(make_runtime(FakeScorer({"toxicity": 0.95})))
    found = look(database, {"toxicity": 0.8})
    assert (anew(found, ids), found.kept) == (["reject"] * 2, 0)


def test_a_rule_on_an_address_that_was_hashed_since_stands(
    database: Database, site: Site, make_runtime: MakeRuntime
) -> None:
    use_policy(database, site, f"author.email == '{ANN['email']}' -> reject")
    ids = comments(database, site, 1, author=ANN)
    score_pending_comments(make_runtime(FakeScorer()))
    found = look(database, CALM)
    assert (anew(found, ids), found.kept) == ([], 1)


@pytest.mark.parametrize(
    ("banned", "condition"),
    [
        ("{networks: [203.0.113.9]}", "list('banned')"),
        ("{words: [ann], fields: [author.email]}", "list('banned')"),
        ("{networks: [203.0.113.9]}", "text.length > 0 and (list('banned') or links.count > 2)"),
        ("{networks: [203.0.113.9]}", "not (not list('banned'))"),
        ("{networks: [203.0.113.9]}", "list('banned') == true"),
        ("{networks: [203.0.113.9]}", "default(list('banned'), false)"),
    ],
)
def test_a_rule_on_a_list_of_addresses_that_were_hashed_since_stands(
    database: Database, site: Site, make_runtime: MakeRuntime, banned: str, condition: str
) -> None:
    use_policy(database, site, f"{condition} -> reject", lists=f"{{banned: {banned}}}")
    ids = comments(database, site, 1, author=ANN)
    score_pending_comments(make_runtime(FakeScorer()))
    found = look(database, CALM)
    assert (anew(found, ids), found.kept) == ([], 1)


def test_what_the_new_scores_make_milder_is_milder(
    database: Database, site: Site, make_runtime: MakeRuntime
) -> None:
    use_policy(database, site, "toxicity > 0.5 and flood.author >= 1 -> reject")
    ids = comments(database, site, 2, author=ANN)
    score_pending_comments(make_runtime(FakeScorer({"toxicity": 0.9})))
    found = look(database, CALM)
    assert (anew(found, ids), found.kept) == (["approve"] * 2, 0)


def test_what_the_new_scorer_does_not_read_or_score_keeps_its_verdict(
    database: Database, site: Site, make_runtime: MakeRuntime
) -> None:
    class English(NewScorer):
        languages = frozenset({"en"})

    use_policy(database, site, "toxicity > 0.5 -> reject", "threat > 0.5 -> review")
    german = submit(database, site.id, "Das ist wirklich nicht die Art, wie man redet").id
    score_pending_comments(make_runtime(FakeScorer({"toxicity": 0.9})))
    threat = submit(database, site.id, "I know where you live").id
    score_pending_comments(make_runtime(FakeScorer({"toxicity": 0.1, "threat": 0.9})))
    english = submit(database, site.id, "That is no way to talk").id
    score_pending_comments(make_runtime(FakeScorer({"toxicity": 0.9})))
    by = Judge(database, English(CALM))
    found = look_again(by, SINCE, LONG_AFTER, most=100, site_id=None)
    assert (anew(found, [german, threat]), anew(found, [english])) == ([], ["approve"])
    assert found.kept == 2


def test_a_policy_that_cannot_be_asked_changes_nothing(
    database: Database, site: Site, make_runtime: MakeRuntime
) -> None:
    use_policy(database, site, "toxicity > 0.5 -> reject")
    comments(database, site, 1)
    score_pending_comments(make_runtime(FakeScorer({"toxicity": 0.9})))
    database.write(lambda tx: set_on_timeout(tx, site.id, "approve"))
    database.write(lambda tx: activate_policy(tx, site.id, "x", "of a newer version: 9", NOW))
    found = look(database)
    assert (found.rejudged, found.not_scored) == ([], 1)
