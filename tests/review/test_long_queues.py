"""A page reads as much with ten times as many comments waiting: counted are SQLite's own steps."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import Connection

from bench.waiting import CAMPAIGN, GROUP, GROUPS, NOW, Waiting, fill_queue
from store.alike import Likeness, alike
from store.authors import author_history
from store.database import Database, sqlite_url
from store.insight import engine_figures, rule_figures, top_authors
from store.migrate import upgrade
from store.review import Looker, comments_of_queue, count_waiting, waiting_comment
from store.review_finding import QueueFilter
from store.review_looks import Reach, look_along
from store.sites import create_site
from store.stats import review_figures

SIZES = (200, 2_000)
LOOKER = Looker("nobody", NOW)
LONG_AGO = NOW - timedelta(days=90)

Page = Callable[[Connection, Waiting], Any]


@pytest.fixture(scope="module")
def queues(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Database, list[Waiting]]]:
    folder: Path = tmp_path_factory.mktemp("queues")
    with closing(Database(sqlite_url(folder / "long.db"))) as database:
        upgrade(database)
        waiting = []
        for size in SIZES:
            site, _ = database.write(partial(create_site, name=f"site-{size}", now=NOW))
            waiting.append(fill_queue(database, site.id, size))
        yield database, waiting


def found(wanted: QueueFilter, tx: Connection, waiting: Waiting) -> int:
    look = look_along(tx, waiting.site_id, wanted, NOW, Reach(most=SIZES[0], limit=100)).first(25)
    return len(comments_of_queue(tx, waiting.site_id, "", look.ids, LOOKER))


def counted(tx: Connection, waiting: Waiting) -> int:
    return count_waiting(tx, waiting.site_id, "", NOW, 100)


def like(group: str, tx: Connection, waiting: Waiting) -> int:
    by = cast("Likeness", "text" if group in {"letters", "words"} else group)
    item = waiting_comment(tx, waiting.site_id, waiting.of_group[group], LOOKER)
    assert item is not None
    return len(alike(tx, waiting.site_id, item, by, LOOKER, ""))


def insight(tx: Connection, waiting: Waiting) -> int:
    site, until = waiting.site_id, NOW + timedelta(days=1)
    rule_figures(tx, site, LONG_AGO, until)
    engine_figures(tx, site, LONG_AGO, until)
    review_figures(tx, site, LONG_AGO, until)
    return len(top_authors(tx, site, LONG_AGO, limit=3))


def author(tx: Connection, waiting: Waiting) -> int:
    comment_id = waiting.of_group["author"]
    return author_history(tx, waiting.site_id, comment_id, "flood").total


FILTERS = {
    "the first page": (QueueFilter(), 25),
    "a label of a third": (QueueFilter(label="insult"), 25),
    "an author": (QueueFilter(author="flood"), GROUP),
    "a rule": (QueueFilter(rule="rare"), GROUP),
    "a campaign": (QueueFilter(campaign=CAMPAIGN), GROUP),
    "a score of none": (QueueFilter(score="toxicity", least=0.95), 0),
    "a word of a third": (QueueFilter(text="third"), 25),
    "words of all and of one": (QueueFilter(text="something n100x"), 1),
    "words of half each, never together": (QueueFilter(text="left right"), 0),
}
PAGES: dict[str, tuple[Page, int]] = {
    "counts": (counted, 100),
    "insight": (insight, 3),
    "an author's history": (author, GROUP - 1),
    **{name: (partial(found, wanted), shown) for name, (wanted, shown) in FILTERS.items()},
    **{f"all like this, the same {group}": (partial(like, group), GROUP) for group in GROUPS},
}


def steps(database: Database, page: Page, waiting: Waiting) -> tuple[int, int]:
    """Return (what the page shows, tens of SQLite instructions that it took)."""
    taken = 0

    def note() -> None:
        nonlocal taken
        taken += 1

    with database.read() as tx:
        driver: Any = tx.connection.driver_connection
        driver.set_progress_handler(note, 10)
        try:
            return page(tx, waiting), taken
        finally:
            driver.set_progress_handler(None, 0)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_reads_as_much_in_a_long_queue(
    queues: tuple[Database, list[Waiting]], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.insight.MOST_COUNTED", 100)
    monkeypatch.setattr("store.review_finding.FEW", 2 * GROUP)
    database, waiting = queues
    page, shown = PAGES[name]
    (few, short), (many, long) = (steps(database, page, one) for one in waiting)
    assert few == many == shown
    assert 0 < long <= 1.5 * short + 10  # in tens of instructions
