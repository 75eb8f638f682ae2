"""Texts stay in no process's memory for longer than they are worked on."""

from typing import Any, cast

from rules.facts.hyperlinks import links_of
from rules.matching.reading import read
from rules.presets import preset
from rules.promotion import _promoted
from store.database import Database
from store.erasure import erase_comment
from store.policies import activate_policy
from store.records import Site
from tests.conftest import NOW
from tests.make import submit
from workers.jobs import score_pending
from workers.runtime import ScoringRuntime, install
from workers.scoring import score_pending_comments

TEXT = "You idiot, see https://forget.example/"


def kept() -> list[int]:
    """Return how many texts each of the caches holds."""
    caches = (links_of, read, _promoted)
    return [cast("Any", cache).cache_info().currsize for cache in caches]


def test_a_worker_forgets_what_it_judged(
    database: Database, site: Site, runtime: ScoringRuntime
) -> None:
    source = preset("default")
    database.write(lambda tx: activate_policy(tx, site.id, "default", source, NOW))
    submit(database, site.id, TEXT)
    assert score_pending_comments(runtime)[0] == 1
    assert all(kept()), "while it works"
    submit(database, site.id, f"{TEXT}?")
    install(runtime)
    score_pending()
    assert kept() == [0, 0, 0]


def test_whoever_erases_forgets_too(database: Database, site: Site) -> None:
    comment = submit(database, site.id, TEXT)
    links_of(TEXT)
    read(TEXT)
    assert database.write(lambda tx: erase_comment(tx, site.id, comment.id, NOW))
    assert kept() == [0, 0, 0]
