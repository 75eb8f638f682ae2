"""Erasures go on by themselves, to the last byte of the log."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from rules.comment import Author
from store.database import Database, sqlite_url
from store.erasure import erase_comment, erase_some_of_author
from store.erasure_tables import erasures
from store.finished_erasures import PATIENCE, finish_erasures
from store.migrate import upgrade
from store.open_erasures import OpenErasure, open_erasure
from store.records import Site
from store.sites import create_site
from store.tables import comments
from tests.conftest import NOW
from tests.make import submit
from tests.workers.broken import break_step

LATER = NOW + PATIENCE + timedelta(seconds=1)


def statuses(database: Database) -> list[str]:
    with database.read() as tx:
        return sorted(tx.execute(select(comments.c.status)).scalars())


def finish(database: Database, now: datetime) -> None:
    for _ in finish_erasures(database, now, lambda one, _: pytest.fail(one.id)):
        pass


def waiting(database: Database) -> int:
    with database.read() as tx:
        return len(tx.execute(select(erasures.c.id)).all())


def test_an_author_whose_erasure_was_cut_off_is_erased_all_the_same(
    database: Database, bare_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.erasure.AUTHOR_BATCH", 2)
    for number in range(5):
        submit(database, bare_site.id, f"Comment {number}", author=Author(id="42"))
    submit(database, bare_site.id, author=Author(id="43"))
    database.write(lambda tx: open_erasure(tx, bare_site.id, "42", NOW))
    database.write(lambda tx: erase_some_of_author(tx, bare_site.id, "42", NOW))
    assert statuses(database).count("erased") == 2  # and here the process was killed
    finish(database, NOW)
    assert statuses(database).count("erased") == 2, "its own request may still be at it"
    finish(database, LATER)
    assert statuses(database) == ["erased"] * 5 + ["pending"]
    assert waiting(database) == 0


def test_a_comment_that_cannot_be_erased_keeps_no_other_of_its_author(
    database: Database, bare_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.erasure.AUTHOR_BATCH", 2)
    break_step(monkeypatch, "store.forgetting.tellable_subjects_of", lambda at: "zebra" in repr(at))
    texts = ["One", "A zebra", "Two", "Three", "Four"]
    ids = [submit(database, bare_site.id, text, author=Author(id="42")).id for text in texts]
    asked = database.write(lambda tx: open_erasure(tx, bare_site.id, "42", NOW))
    failed: list[tuple[OpenErasure, Exception]] = []
    for _ in finish_erasures(database, LATER, lambda *fault: failed.append(fault)):
        pass
    with database.read() as tx:
        left = tx.execute(select(comments.c.id).where(comments.c.content.is_not(None))).scalars()
        assert list(left) == [ids[1]]
    assert [one for one, _ in failed] == [asked]
    assert waiting(database) == 1


def test_what_was_erased_is_in_no_byte_of_the_files_once_the_log_is_emptied(
    tmp_path: Path,
) -> None:
    database = Database(sqlite_url(tmp_path / "tactful.db"))
    upgrade(database)
    site, _ = database.write(lambda tx: create_site(tx, "blog", NOW))
    words = "an unforgettable confession"
    comment_id = submit(database, site.id, words, author=Author(name="Ann Forgetme")).id

    def found() -> bool:
        stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
        return words.encode() in stored or b"Ann Forgetme" in stored

    assert found()
    database.write(lambda tx: erase_comment(tx, site.id, comment_id, NOW))
    assert found(), "in the log"
    finish(database, LATER)
    assert not found()
    database.close()


def test_an_erasure_waits_for_a_reader_that_still_needs_the_log(tmp_path: Path) -> None:
    database = Database(sqlite_url(tmp_path / "tactful.db"))
    upgrade(database)
    site, _ = database.write(lambda tx: create_site(tx, "blog", NOW))
    comment_id = submit(database, site.id).id
    with database.read() as reader:
        reader.execute(select(comments.c.id)).all()
        database.write(lambda tx: erase_comment(tx, site.id, comment_id, NOW))
        finish(database, LATER)
        assert waiting(database) == 1
    finish(database, LATER)
    assert waiting(database) == 0
    database.close()
