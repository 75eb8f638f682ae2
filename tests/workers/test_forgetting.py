"""Texts stay in no process's memory for longer than they are worked on."""

import tracemalloc

from rules.facts.hyperlinks import links_of
from rules.loading.presets import preset
from rules.matching.reading import read
from rules.remembering import forget_texts
from rules.sketch import sketch
from store.database import Database
from store.decisions import Decision, decide
from store.erasure import erase_comment
from store.policies import activate_policy
from store.records import Site
from tests.conftest import NOW
from tests.kept_texts import kept_texts
from tests.make import submit
from workers.jobs import score_pending
from workers.runtime import ScoringRuntime, install
from workers.scoring import score_pending_comments
from workers.spam import reading as spam_reading

TEXT = "You idiot, see https://forget.example/"


def test_a_worker_forgets_what_it_judged(
    database: Database, site: Site, runtime: ScoringRuntime
) -> None:
    source = preset("default")
    database.write(lambda tx: activate_policy(tx, site.id, "default", source, NOW))
    submit(database, site.id, TEXT)
    assert score_pending_comments(runtime)[0] == 1
    assert all(kept_texts()), "while it works"
    submit(database, site.id, f"{TEXT}?")
    install(runtime)
    score_pending()
    assert not any(kept_texts())


def test_a_worker_forgets_what_it_learned_from(
    database: Database, site: Site, runtime: ScoringRuntime
) -> None:
    install(runtime)
    comment = submit(database, site.id, TEXT)
    score_pending()
    spam = Decision("spam", "platform")
    database.write(lambda tx: decide(tx, site.id, comment.id, spam, NOW))
    score_pending()
    assert not any(kept_texts())


def test_texts_that_walk_through_unicode_leave_little_behind() -> None:
    tracemalloc.start()
    try:
        for first in range(0x4E00, 0xC000, 2_000):
            text = "ш$" + "".join(map(chr, range(first, first + 2_000)))
            assert read(text).leet_views
            assert spam_reading.read(text).words
            sketch(text, "a blog")
        forget_texts()
        left, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert left < 10 * 2**20


def test_whoever_erases_forgets_too(database: Database, site: Site) -> None:
    comment = submit(database, site.id, TEXT)
    links_of(TEXT)
    read(TEXT)
    assert database.write(lambda tx: erase_comment(tx, site.id, comment.id, NOW))
    assert not any(kept_texts())
