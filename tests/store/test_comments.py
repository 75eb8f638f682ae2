import threading

import pytest
from sqlalchemy import select, update

from rules.comment import Author, Comment
from store.comments import CommentErased, get_comment, list_comments, submit_comment
from store.database import Database
from store.erasure import erase_comment
from store.kept_addresses import original_comment
from store.records import CommentRecord, Origin, Site
from store.sites import create_site
from store.tables import comments
from store.verdicts import record_verdicts
from tests.conftest import NOW
from tests.make import KEEPING, SEALER, claim, make_verdict, submit


def read(database: Database, site: Site, comment_id: str) -> CommentRecord:
    with database.read() as tx:
        record = get_comment(tx, site.id, comment_id)
    assert record is not None
    return record


def test_a_submitted_comment_is_pending(database: Database, bare_site: Site) -> None:
    submission = submit(database, bare_site.id, external_id="wp-1", metadata={"post": [1, "é"]})
    record = read(database, bare_site, submission.id)
    assert submission.outcome == "new"
    assert (record.status, record.revision, record.external_id) == ("pending", 1, "wp-1")
    assert record.metadata == {"post": [1, "é"]}
    assert record.submitted_at == NOW


def test_the_same_content_again_is_the_same_comment(database: Database, bare_site: Site) -> None:
    first = submit(database, bare_site.id, external_id="wp-1")
    again = submit(database, bare_site.id, external_id="wp-1", metadata={"try": 2})
    assert (again.id, again.outcome) == (first.id, "same")
    assert read(database, bare_site, first.id).metadata == {"try": 2}


def test_other_content_is_a_new_revision(database: Database, bare_site: Site) -> None:
    first = submit(database, bare_site.id, "Hello", external_id="wp-1")
    claimed = claim(database)
    judged = [(claimed.comments[0], make_verdict())]
    database.write(lambda tx: record_verdicts(tx, claimed, judged, NOW))
    edit = submit(database, bare_site.id, "Goodbye", external_id="wp-1")
    record = read(database, bare_site, first.id)
    assert (edit.id, edit.outcome) == (first.id, "edited")
    assert (record.revision, record.status, record.verdict) == (2, "pending", None)


def test_the_same_external_id_at_two_sites_is_two_comments(
    database: Database, bare_site: Site
) -> None:
    other, _ = database.write(lambda tx: create_site(tx, "other", NOW))
    mine = submit(database, bare_site.id, external_id="wp-1")
    theirs = submit(database, other.id, external_id="wp-1")
    assert mine.id != theirs.id
    with database.read() as tx:
        assert get_comment(tx, other.id, mine.id) is None


def test_the_same_comment_ten_times_at_once_is_stored_once(
    database: Database, bare_site: Site
) -> None:
    outcomes: list[str] = []

    def post() -> None:
        outcomes.append(submit(database, bare_site.id, external_id="wp-1").outcome)

    threads = [threading.Thread(target=post) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["new"] + ["same"] * 9


def test_an_erased_comment_does_not_come_back(database: Database, bare_site: Site) -> None:
    erased = submit(database, bare_site.id, external_id="wp-1")
    erase = update(comments).where(comments.c.id == erased.id).values(status="erased")
    database.write(lambda tx: tx.execute(erase))
    with pytest.raises(CommentErased):
        submit(database, bare_site.id, external_id="wp-1")


def test_pages_are_newest_first_without_gaps_or_repeats(
    database: Database, bare_site: Site
) -> None:
    ids = sorted(submit(database, bare_site.id, f"Comment {n}").id for n in range(7))
    seen: list[str] = []
    before = None
    while True:
        with database.read() as tx:
            page = list_comments(tx, bare_site.id, before=before, limit=3)
        seen += [record.id for record in page]
        if len(page) < 3:
            break
        before = page[-1].id
    assert seen == ids[::-1]


def test_lists_filter_by_status_and_by_action(database: Database, bare_site: Site) -> None:
    submit(database, bare_site.id, "Held")
    held = claim(database)
    judged = [(held.comments[0], make_verdict("review"))]
    database.write(lambda tx: record_verdicts(tx, held, judged, NOW))
    waiting = submit(database, bare_site.id, "Waiting")
    with database.read() as tx:
        pending = list_comments(tx, bare_site.id, status="pending", limit=9)
        review = list_comments(tx, bare_site.id, action="review", limit=9)
    assert [record.id for record in pending] == [waiting.id]
    assert [record.id for record in review] == [held.comments[0].id]


def test_a_comment_with_every_field_comes_back_as_it_was_sent(
    database: Database, bare_site: Site
) -> None:
    author = Author(id="42", name="Ann ☂", email="a@b.c", ip="203.0.113.9", created_at=NOW)
    comment = Comment(body="Tab\tand\r\nline 👩‍👩‍👧", format="html", author=author, posted_at=NOW)
    database.write(lambda tx: submit_comment(tx, bare_site.id, comment, NOW, KEEPING))
    [item] = claim(database).comments
    assert original_comment(item.comment, item.addresses, SEALER) == comment


def test_the_trace_that_a_revision_came_with_stays_with_it_until_it_is_erased(
    database: Database, bare_site: Site
) -> None:
    traces = [f"00-{number}{'a' * 31}-{'b' * 16}-01" for number in (1, 2)]

    def submitted(body: str, traceparent: str | None) -> str | None:
        one = Comment(body=body, external_id="wp-1")
        made = database.write(
            lambda tx: submit_comment(
                tx, bare_site.id, one, NOW, KEEPING, Origin(traceparent=traceparent)
            )
        )
        return made.traceparent

    def kept() -> str | None:
        with database.read() as tx:
            found: str | None = tx.execute(select(comments.c.traceparent)).scalar_one()
        return found

    assert (submitted("Hello", traces[0]), kept()) == (traces[0], traces[0])
    assert (submitted("Hello", traces[1]), kept()) == (traces[0], traces[0])
    assert (submitted("Hello!", traces[1]), kept()) == (traces[1], traces[1])
    assert claim(database).comments[0].traceparent == traces[1]
    with database.read() as tx:
        comment_id = tx.execute(select(comments.c.id)).scalar_one()
    database.write(lambda tx: erase_comment(tx, bare_site.id, comment_id, NOW))
    assert kept() is None
