from datetime import timedelta

from rules.comment import Author, Comment
from rules.tools.backtest import Past
from service.console.past_rows import stored_rows
from store.comments import submit_comment
from store.database import Database
from store.decisions import Decision, decide
from store.erasure import erase_comment
from store.past_comments import judged_between
from store.records import Site
from store.verdicts import record_verdicts
from tests.conftest import NOW
from tests.make import KEEPING, claim, make_verdict, submit

HOUR = timedelta(hours=1)


def _judge(database: Database) -> None:
    claimed = claim(database)
    judged = [(item, make_verdict()) for item in claimed.comments]
    database.write(lambda tx: record_verdicts(tx, claimed, judged, NOW))


def _rows(database: Database, site: Site) -> list[Past]:
    return list(stored_rows(database, site.id, NOW - HOUR, NOW + HOUR))


def test_judged_comments_of_a_period_come_with_verdict_and_decision(
    database: Database, bare_site: Site
) -> None:
    trapped = {"spam_signals": {"honeypot": True}}
    first = submit(database, bare_site.id, "Hello", metadata=trapped)
    submit(database, bare_site.id, "Goodbye")
    _judge(database)
    word = Decision(decision="spam", source="platform")
    database.write(lambda tx: decide(tx, bare_site.id, first.id, word, NOW))
    rows = {row.comment.body: row for row in _rows(database, bare_site)}
    assert rows["Hello"].decision == "reject"
    assert rows["Hello"].comment.metadata == trapped
    assert rows["Goodbye"].decision is None
    assert rows["Hello"].verdict == make_verdict().action
    assert "profanity" not in rows["Hello"].scores


def test_what_is_not_judged_erased_or_outside_the_period_is_left_out(
    database: Database, bare_site: Site
) -> None:
    erased = submit(database, bare_site.id, "Gone")
    _judge(database)
    database.write(lambda tx: erase_comment(tx, bare_site.id, erased.id, NOW))
    submit(database, bare_site.id, "Pending")
    assert _rows(database, bare_site) == []
    assert list(stored_rows(database, bare_site.id, NOW - 2 * HOUR, NOW - HOUR)) == []


def test_a_period_is_read_page_by_page(database: Database, bare_site: Site) -> None:
    for number in range(3):
        submit(database, bare_site.id, f"text {number}")
    _judge(database)
    with database.read() as tx:
        first = judged_between(tx, bare_site.id, NOW - HOUR, NOW + HOUR, limit=2)
        rest = judged_between(tx, bare_site.id, NOW - HOUR, NOW + HOUR, after=first[-1].id, limit=2)
    assert [row.comment.body for row in (*first, *rest)] == ["text 0", "text 1", "text 2"]


def test_each_row_knows_the_past_of_its_author_and_text(
    database: Database, bare_site: Site
) -> None:
    """Before the period and within it, as a rule on trial will ask."""
    ann = Comment(body="Hello", author=Author(id="ann"))
    database.write(
        lambda tx: submit_comment(tx, bare_site.id, ann, NOW - timedelta(days=2), KEEPING)
    )
    spam = submit(database, bare_site.id, "Buy", author=Author(id="ann"))
    submit(database, bare_site.id, "Bye", author=Author(id="ann"))
    submit(database, bare_site.id, "From nobody")
    _judge(database)
    word = Decision(decision="spam", source="platform")
    database.write(lambda tx: decide(tx, bare_site.id, spam.id, word, NOW))
    rows = {row.comment.body: row.history for row in _rows(database, bare_site)}
    assert (rows["Buy"].approved, rows["Buy"].approved_24h, rows["Buy"].approved_30d) == (1, 0, 1)
    assert (rows["Bye"].approved, rows["Bye"].spam, rows["Bye"].spam_24h) == (1, 1, 1)
    assert (rows["Buy"].flood_author, rows["Bye"].flood_author) == (0, 1)
    assert (rows["From nobody"].approved, rows["From nobody"].flood_author) == (None, None)
