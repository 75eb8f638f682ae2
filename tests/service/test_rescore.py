import os
import subprocess
import sys
from collections import Counter

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from rules.verdict import Reason
from service.__main__ import tactful
from store.comments import get_comment
from store.database import Database
from store.policies import activate_policy
from store.records import Site
from store.sites import create_site
from store.tables import comments, events
from store.verdicts import record_verdicts
from tests.conftest import NOW
from tests.make import add_webhook, claim, make_verdict, submit
from tests.servers import wait_until
from tests.workers.test_rescoring import NewScorer
from workers.rescoring import PAGE


@pytest.fixture
def comment(
    database: Database, site: Site, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> str:
    """Give a comment that the scorer of before let through; the one of now will not."""
    submitted = submit(database, site.id)
    held = claim(database)
    judged = [(held.comments[0], make_verdict("approve"))]
    database.write(lambda tx: record_verdicts(tx, held, judged, NOW))
    monkeypatch.setenv("TACTFUL_DATABASE_URL", database_url)
    monkeypatch.setattr("service.compose.make_scorer", lambda _settings: NewScorer())
    return submitted.id


def rescore(*arguments: str, said: str = "") -> str:
    result = CliRunner().invoke(
        tactful, ["rescore", "--since", "2026-11-01", *arguments], input=said
    )
    assert result.exit_code == 0, result.output
    return result.output


def action(database: Database, site: Site, comment: str) -> str:
    with database.read() as tx:
        record = get_comment(tx, site.id, comment)
    assert record is not None
    assert record.verdict is not None
    return record.verdict.action


def test_it_shows_what_would_change_and_writes_nothing(
    database: Database, site: Site, comment: str
) -> None:
    shown = rescore()
    assert "fake 2: 1 judged again, 1 would change." in shown
    assert f"{comment}\tapprove -> review\ttoxicity 0.10 -> 0.95" in shown
    assert action(database, site, comment) == "approve"


@pytest.mark.usefixtures("comment")
def test_what_changes_beside_the_action_is_told(database: Database, site: Site) -> None:
    other = submit(database, site.id, "muy buen artículo").id
    held = claim(database)
    unread = make_verdict("review", scores={}, labels=["unsupported-language"])
    database.write(lambda tx: record_verdicts(tx, held, [(held.comments[0], unread)], NOW))
    line = next(line for line in rescore().splitlines() if other in line)
    assert "review -> review\ttoxicity none -> 0.95\tlabels -unsupported-language" in line


@pytest.mark.usefixtures("comment")
def test_it_says_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.commands.rescore._TOLD_EVERY", 0)
    assert "1 looked at, 1 judged again …" in rescore()


def test_it_asks_before_it_writes(database: Database, site: Site, comment: str) -> None:
    assert "would change" in rescore("--apply", said="n\n")
    assert action(database, site, comment) == "approve"
    assert "1 verdicts written" in rescore("--apply", said="y\n")
    assert action(database, site, comment) == "review"
    assert "1 were judged by this scorer already" in rescore()


def test_what_is_kept_for_want_of_knowledge_is_said(
    database: Database, site: Site, comment: str
) -> None:
    policy = "name: p\nrules:\n  - {id: flood, when: flood.author >= 2, action: reject}\n"
    database.write(lambda tx: activate_policy(tx, site.id, "p", policy, NOW))
    submit(database, site.id, "Hello again")
    held = claim(database)
    reason = Reason(rule="flood", action="reject", message="", decided=True)
    judged = [(held.comments[0], make_verdict("reject", reasons=[reason]))]
    database.write(lambda tx: record_verdicts(tx, held, judged, NOW))
    shown = rescore("--apply", "--yes")
    assert "1 judged again, 0 would change" in shown
    assert "1 would be judged more mildly only because" in shown
    assert action(database, site, held.comments[0].id) == "reject"
    assert comment != held.comments[0].id


def test_another_site_and_a_later_time_have_nothing_to_judge(
    database: Database, comment: str
) -> None:
    del comment
    name = "another"
    another, _ = database.write(lambda tx: create_site(tx, name, NOW))
    database.write(lambda tx: activate_policy(tx, another.id, "none", "", NOW))
    assert "0 judged again" in rescore("--site", name)
    assert "0 judged again" in rescore("--since", "2026-11-25T00:00:00Z")


def test_a_time_that_is_none_is_refused_with_an_example() -> None:
    result = CliRunner().invoke(tactful, ["rescore", "--since", "yesterday"])
    assert result.exit_code == 2
    assert "2026-11-24T12:00:00Z" in result.output


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # it locks single rows
def test_killed_in_the_middle_of_writing_it_goes_on_where_it_was(
    database: Database, site: Site, database_url: str
) -> None:
    ids = [submit(database, site.id, f"You are an idiot, {n}").id for n in range(2 * PAGE)]
    held = claim(database, limit=len(ids))
    wrong = [(one, make_verdict("approve", scores={"toxicity": 0.01})) for one in held.comments]
    database.write(lambda tx: record_verdicts(tx, held, wrong, NOW))
    add_webhook(database, site.id)
    command = [sys.executable, "-m", "service", "rescore", "--since=2026-11-01", "--apply", "--yes"]
    env = os.environ | {"TACTFUL_DATABASE_URL": database_url}

    def told() -> Counter[str | None]:
        with database.read() as tx:
            return Counter(tx.execute(select(events.c.comment_id)).scalars())

    with database.read() as locking:
        locking.execute(select(comments).where(comments.c.id == max(ids)).with_for_update())
        with subprocess.Popen(command, env=env) as process:
            wait_until(lambda: len(told()) == PAGE, 60, "nothing was written")
            process.kill()
    subprocess.run(command, env=env, check=True, timeout=60)
    assert told() == dict.fromkeys(ids, 1)
    assert {action(database, site, one) for one in ids} == {"review"}
