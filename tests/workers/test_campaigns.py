"""Campaigns: one advert in many variations, by many, among what people say."""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from rules.comment import Author
from rules.loading.presets import preset
from store.campaign_tables import sightings, sketch_keys
from store.campaigns import WINDOW, record_sightings
from store.comments import get_records
from store.database import Database
from store.decisions import Decision, decide
from store.erasure import erase_comment
from store.people import add_moderator
from store.policies import activate_policy
from store.records import Site
from store.sites import create_site
from tests.adverts import ADVERTS, campaign
from tests.conftest import NOW
from tests.make import submit
from tests.workers.broken import break_step
from tests.workers.conftest import MakeRuntime
from tests.workers.fakes import FakeScorer
from workers.runtime import ScoringRuntime
from workers.scoring import score_pending_comments

SHORT = ["thank you!", "Great song", "first", "Love this so much", "Thanks for sharing this!"]
TALK = [
    f"{who} said at {where} that the {what} of this town should be {fate} before the {when}"
    for who in ("My neighbour", "The mayor", "A friend")
    for where in ("dinner", "the meeting", "school")
    for what in ("library", "swimming pool", "old bridge")
    for fate in ("repaired", "sold", "painted")
    for when in ("winter comes", "election")
]


# What the spam score says of one advert by itself is left aside: here only company counts.
POLICY = preset("default").replace("spam >= 0", "spam >= 1")


@pytest.fixture
def site(database: Database, site: Site) -> Site:
    database.write(lambda tx: activate_policy(tx, site.id, "default", POLICY, NOW))
    return site


def actions(database: Database, ids: Iterable[str]) -> Counter[str]:
    with database.read() as tx:
        found = get_records(tx, list(ids))
    return Counter(record.verdict.action for record in found.values() if record.verdict)


def post(database: Database, site: Site, text: str, author: Author | None = None) -> str:
    return submit(database, site.id, text, author=author or Author()).id


@pytest.mark.parametrize("kind", ADVERTS)
def test_at_most_the_first_ten_of_a_campaign_get_through_and_nobody_else_is_caught(
    database: Database, site: Site, runtime: ScoringRuntime, kind: str
) -> None:
    adverts, others = [], []
    for number, one in enumerate(campaign(kind, 60, addresses=40)):
        adverts.append(post(database, site, one.text, one.author))
        guest = Author(email=f"guest{number}@home.example", ip=f"9.8.{number}.7")
        others.append(post(database, site, SHORT[number % len(SHORT)], guest))
        if number % 7 == 0:
            score_pending_comments(runtime)
    score_pending_comments(runtime)
    assert actions(database, adverts)["approve"] <= 10
    assert actions(database, others) == {"approve": 60}


@pytest.mark.parametrize("broken", [None, "workers.campaigns.sketch", "store.standing.pseudonym"])
def test_a_found_campaign_judges_again_what_waits(
    database: Database,
    site: Site,
    runtime: ScoringRuntime,
    make_runtime: MakeRuntime,
    monkeypatch: pytest.MonkeyPatch,
    broken: str | None,
) -> None:
    doubtful = make_runtime(FakeScorer({"toxicity": 0.9}))  # so that the first ones wait
    waiting = [
        post(database, site, one.text, one.author)
        for one in campaign("watches", 3, addresses=300, seed=4)
    ]
    post(database, site, "A zebra waits, too", Author(id="zebra"))
    score_pending_comments(doubtful)
    assert actions(database, waiting) == {"review": 3}
    if broken:  # since then, at one that waits among them
        break_step(monkeypatch, broken, lambda given: "zebra" in repr(given))
    for one in campaign("watches", 40, addresses=300, seed=5):
        post(database, site, one.text, one.author)
        score_pending_comments(runtime)
    with database.read() as tx:
        found = get_records(tx, waiting).values()
    assert {record.verdict.action for record in found if record.verdict} == {"reject"}
    assert all("campaign" in record.verdict.labels for record in found if record.verdict)


@pytest.mark.parametrize("step", ["observe", "known_of"])
def test_a_database_that_goes_away_as_a_campaign_is_judged_again_is_blamed_on_no_comment(
    database: Database,
    site: Site,
    runtime: ScoringRuntime,
    make_runtime: MakeRuntime,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
) -> None:
    def gone(*_: object, **__: object) -> None:
        raise OperationalError("SELECT", {}, Exception("server closed the connection"))

    doubtful = make_runtime(FakeScorer({"toxicity": 0.9}))
    for one in campaign("watches", 3, addresses=300, seed=4):
        post(database, site, one.text, one.author)
    post(database, site, "Another one waits, too", Author(id="zoe"))
    score_pending_comments(doubtful)
    monkeypatch.setattr(f"workers.campaign_rejudging.{step}", gone)
    for one in campaign("watches", 40, addresses=300, seed=5):
        post(database, site, one.text, one.author)
    with capture_logs() as log:
        score_pending_comments(runtime)
    told = [line for line in log if line["log_level"] == "warning"]
    assert {(line["event"], line["reason"]) for line in told} == {
        ("campaigns_not_noted", "StoreUnavailable")
    }


def test_sites_of_one_admin_see_a_campaign_together_and_others_do_not(
    database: Database, site: Site, runtime: ScoringRuntime
) -> None:
    sites = [site]
    for name in ("second", "stranger"):
        made, _ = database.write(lambda tx, name=name: create_site(tx, name, NOW))  # type: ignore[misc]
        database.write(
            lambda tx, made=made: activate_policy(tx, made.id, "default", POLICY, NOW)  # type: ignore[misc]
        )
        sites.append(made)
    for mine in sites[:2]:
        database.write(
            lambda tx, mine=mine: add_moderator(tx, "a@b.example", "x", mine.id, "admin", NOW)  # type: ignore[misc]
        )
    for one in campaign("watches", 30, addresses=300):
        post(database, site, one.text, one.author)
    score_pending_comments(runtime)
    [late] = list(campaign("watches", 1, addresses=300, seed=9))
    ids = [post(database, other, late.text, late.author) for other in sites[1:]]
    score_pending_comments(runtime)
    assert [actions(database, [one]) for one in ids] == [{"reject": 1}, {"approve": 1}]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_worker_that_stands_still_while_it_notes_campaigns_holds_up_no_verdict(
    database: Database, site: Site, runtime: ScoringRuntime
) -> None:
    """On SQLite one writes at a time anyway, and a lock ends with its process."""
    ids = [post(database, site, text) for text in TALK[:3]]
    with database.engine.connect() as frozen, frozen.begin():
        record_sightings(frozen, [], {}, NOW)
        score_pending_comments(runtime)
        assert actions(database, ids) == {"approve": 3}
    later = [post(database, site, text) for text in TALK[3:6]]
    score_pending_comments(runtime)
    with database.read() as tx:
        noted = set(tx.execute(select(sightings.c.comment_id)).scalars())
    assert set(later) <= noted


def test_what_lies_further_back_is_no_campaign(
    database: Database, site: Site, runtime: ScoringRuntime
) -> None:
    for one in campaign("money", 12, addresses=300):
        post(database, site, one.text, one.author)
    score_pending_comments(runtime)
    later = ScoringRuntime(
        database,
        runtime.redis,
        runtime.scorer,
        runtime.policies,
        runtime.sealer,
        clock=lambda: NOW + WINDOW + timedelta(hours=1),
    )
    [late] = list(campaign("money", 1, addresses=300, seed=9))
    comment = post(database, site, late.text, late.author)
    score_pending_comments(later)
    assert actions(database, [comment]) == {"approve": 1}


def test_people_who_talk_alike_without_a_link_are_left_alone(
    database: Database, site: Site, runtime: ScoringRuntime
) -> None:
    ids = [
        post(database, site, text, Author(email=f"guest{number}@home.example"))
        for number, text in enumerate(TALK[::13])
    ]
    score_pending_comments(runtime)
    assert set(actions(database, ids)) == {"approve"}


def test_erasure_forgets_the_features_of_a_text(
    database: Database, site: Site, runtime: ScoringRuntime
) -> None:
    [one] = list(campaign("money", 1, addresses=1))
    comment = post(database, site, one.text, one.author)
    score_pending_comments(runtime)
    with database.read() as tx:
        assert len(tx.execute(select(sketch_keys)).all()) == 12
    database.write(lambda tx: erase_comment(tx, site.id, comment, NOW))
    with database.read() as tx:
        assert tx.execute(select(sketch_keys)).all() == tx.execute(select(sightings)).all() == []


def test_a_place_that_many_link_to_in_their_own_words_is_held(
    database: Database, site: Site, runtime: ScoringRuntime
) -> None:
    ids = []
    for number, text in enumerate(TALK[::7]):
        said = f"{text}, as on http://s{number}.new-shop.example or https://youtube.com/{number}"
        ids.append(post(database, site, said, Author(email=f"guest{number}@home.example")))
        score_pending_comments(runtime)
    assert [actions(database, [one])["approve"] for one in ids] == [1] * 5 + [0] * (len(ids) - 5)


def test_a_batch_asks_once_who_linked_to_all_its_places(
    database: Database, site: Site, runtime: ScoringRuntime
) -> None:
    asked: list[str] = []

    def note(_c: object, _cursor: object, sql: str, *_: object) -> None:
        if "FROM promotions" in sql:
            asked.append(sql)

    for number, text in enumerate(TALK[:5]):
        links = " ".join(f"http://shop{number}-{one}.example" for one in range(20))
        post(database, site, f"{text} {links}", Author(id=f"guest{number}"))
    event.listen(database.engine, "before_cursor_execute", note)
    score_pending_comments(runtime)
    assert len(asked) == 1


def test_what_people_called_spam_is_held_the_next_time(
    database: Database, site: Site, runtime: ScoringRuntime
) -> None:
    link, spam = "see http://pills.example", Decision("spam", "platform")
    for number in range(3):
        comment = post(database, site, link, Author(id=f"first{number}"))
        score_pending_comments(runtime)
        database.write(lambda tx, one=comment: decide(tx, site.id, one, spam, NOW))  # type: ignore[misc]
    again = post(database, site, link, Author(id="second"))
    other = post(database, site, "see http://other.example", Author(id="second"))
    same_author = post(database, site, "Hello", Author(id="first0"))
    score_pending_comments(runtime)
    assert actions(database, [again]) == {"review": 1}
    assert actions(database, [other, same_author]) == {"approve": 2}


def test_a_guest_is_one_author_however_the_comment_came(
    database: Database, site: Site, runtime: ScoringRuntime
) -> None:
    text = TALK[0] + ", as everybody knows who has lived here for long"
    post(database, site, text, Author(email="ann@home.example"))
    post(database, site, text, Author(id="mailto:ann@home.example", email="ann@home.example"))
    score_pending_comments(runtime)
    with database.read() as tx:
        seen = tx.execute(select(sightings.c.who)).scalars().all()
    assert (len(seen), len(set(seen))) == (2, 1)
