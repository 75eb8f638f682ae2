"""`tactful import wordpress`: what a blog decided before is known here."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from rules.comment import Author, Comment
from service.__main__ import tactful
from service.compat.akismet.form import Form
from service.compat.akismet.translation import PREFIX, guid_of
from service.console.past_rows import stored_rows
from service.faults import Fault
from store.as_of import AsOf
from store.author_past import past_of_authors
from store.comments import find_comment, list_comments
from store.database import Database
from store.decisions import Decision, decide
from store.kept_addresses import kept_author_id
from store.records import Site
from store.review import Looker, waiting_comments
from store.review_finding import QueueFilter
from store.spam_tables import spam_examples
from store.standing import standings_of, subjects_of
from store.tables import comments, deliveries, events
from tests.conftest import NOW
from tests.make import SEALER, add_webhook
from tests.service import wxr
from tests.workers.fakes import FakeScorer
from workers.spam.site_model import ORDINARY, SPAM
from workers.spam.teaching import teach_what_waits

POSTED = datetime(2024, 3, 4, 4, 6, 7, tzinfo=UTC)
Import = Callable[..., Result]


def url_of(database: Database) -> str:
    return database.engine.url.render_as_string(hide_password=False)


@pytest.fixture
def import_(
    database: Database, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Import:
    monkeypatch.setenv("TACTFUL_DATABASE_URL", url_of(database))
    monkeypatch.setenv("TACTFUL_SECRET_KEY", "a secret of the tests")
    monkeypatch.setattr(
        "service.compose.make_scorer", lambda _settings: FakeScorer({"toxicity": 0.7})
    )

    def run(text: str, *options: str, encoding: str = "utf-8") -> Result:
        file = tmp_path / "export.xml"
        file.write_text(text, encoding=encoding)
        return CliRunner().invoke(
            tactful, ["import", "wordpress", str(file), "--site", site.name, *options]
        )

    return run


def test_past_comments_are_decided_under_their_own_dates(
    database: Database, site: Site, import_: Import
) -> None:
    add_webhook(database, site.id)
    said = import_(
        wxr.export(
            wxr.comment(1, "Lovely &amp; <b>good</b> ]]> mushrooms"),
            wxr.comment(2, "Buy pills http://pills.example", "spam"),
            wxr.comment(3, "You fool", "trash", user_id="5"),
            wxr.comment(4, "Waits in WordPress", "0"),
        )
    ).output
    assert said == ("3 comments imported, 0 changed, 0 were there already; left out: 1 undecided\n")
    with database.read() as tx:
        found = list_comments(tx, site.id, limit=10)
        nobody = Looker("nobody", NOW)
        assert waiting_comments(tx, site.id, QueueFilter(), nobody, limit=5) == []
        for table in (events, deliveries):
            assert tx.execute(select(func.count()).select_from(table)).scalar_one() == 0
        guest = kept_author_id("mailto:guest1@home.example", site.id, SEALER)
        past = past_of_authors(tx, site.id, [guest, "5"], AsOf(NOW))
    assert {one.decision.decision for one in found if one.decision} == {
        "approve",
        "spam",
        "reject",
    }
    assert {(one.status, one.submitted_at) for one in found} == {("decided", POSTED)}
    assert {one.decision.actor for one in found if one.decision} == {"import"}
    assert (past[guest]["approved"], past["5"]["rejected"]) == (1, 1)
    rows = list(stored_rows(database, site.id, POSTED, NOW))
    assert {(row.decision, row.scores["toxicity"]) for row in rows} == {
        ("approve", 0.7),
        ("reject", 0.7),
    }
    assert rows[0].comment.thread.title == "On shiitake"


@pytest.mark.parametrize("options", [(), ("--no-scores",)])
def test_a_past_comment_has_the_spam_score_that_it_would_have_had(
    database: Database, site: Site, import_: Import, options: tuple[str, ...]
) -> None:
    advert = "Cheap viagra online, no prescription: http://pills.example"
    import_(
        wxr.export(
            wxr.comment(1, "I dry the mushrooms in the oven, not in the sun."),
            wxr.comment(2, advert, "trash"),
            wxr.comment(3, "You fool", "trash"),
        ),
        *options,
    )
    by_text = {row.comment.body: row for row in stored_rows(database, site.id, POSTED, NOW)}
    assert by_text[advert].scores["spam"] > 0.9
    assert max(r.scores["spam"] for text, r in by_text.items() if text != advert) < 0.5
    assert teach_what_waits(database, lambda: NOW)
    with database.read() as tx:  # what was trashed for spam teaches that, as a rejection does
        sides = sorted(tx.execute(select(spam_examples.c.side)).scalars())
    assert sides == [ORDINARY, SPAM]


def test_the_same_file_again_changes_nothing_and_a_later_one_what_changed(
    database: Database, site: Site, import_: Import
) -> None:
    both = [wxr.comment(1, "One and only"), wxr.comment(2, "Two of a kind", "spam")]
    import_(wxr.export(*both), "--no-scores")
    assert import_(wxr.export(*both)).output == (
        "0 comments imported, 0 changed, 2 were there already\n"
    )
    later = [wxr.comment(1, "One and only", "spam"), wxr.comment(2, "Two of a kind")]
    with database.read() as tx:
        [second] = [
            one
            for one in list_comments(tx, site.id, limit=10)
            if one.decision and one.decision.decision == "spam"
        ]
    person = Decision("spam", "moderator", "ann@blog.example")
    database.write(lambda tx: decide(tx, site.id, second.id, person, NOW))
    assert import_(wxr.export(*later)).output == (
        "0 comments imported, 1 changed, 1 were there already\n"
    )
    with database.read() as tx:
        decided = {one.decision.decision for one in list_comments(tx, site.id, limit=10)}  # type: ignore[union-attr]
        said = Comment(body="x", author=Author(ip="203.0.113.77"))
        [standing] = standings_of(tx, site.id, subjects_of(site.id, said), POSTED, 1e9).values()
    assert decided == {"spam"}
    assert (standing.approved, round(standing.spam)) == (0, 2)


def test_an_imported_comment_is_the_one_that_the_plugin_asks_about(
    database: Database, site: Site, import_: Import
) -> None:
    import_(wxr.export(wxr.comment(1, "<p>Lovely   mushrooms</p>")), "--no-scores")
    asked = {
        "blog": "https://blog.example",
        "user_ip": "203.0.113.9",
        "comment_author": "Guest 1",
        "comment_content": "Lovely mushrooms",
        "permalink": "https://blog.example/shiitake/",
        "comment_post_ID": "7",
    }
    with database.read() as tx:
        known = find_comment(tx, site.id, PREFIX + guid_of(Form(asked), site.id))
    assert known is not None


def test_a_broken_file_is_named_by_its_line_and_what_came_before_is_kept(
    database: Database, import_: Import
) -> None:
    whole = wxr.export(wxr.comment(1, "Before"), "<wp:comment><wp:oops></wp:comment>")
    result = import_(whole, "--no-scores")
    line = whole[: whole.index("<wp:oops>")].count("\n") + 1
    assert isinstance(result.exception, Fault)
    assert f"export.xml:{line}: the XML is broken: mismatched tag" in str(result.exception)
    with database.read() as tx:
        assert tx.execute(select(func.count()).select_from(comments)).scalar_one() == 1


@pytest.mark.parametrize("before", ["\n\n", "\ufeff\n"])
def test_blank_lines_that_plugins_print_before_the_export_break_nothing(
    import_: Import, before: str
) -> None:
    result = import_(before + wxr.export(wxr.comment(1, "After")), "--no-scores")
    assert result.exception is None
    assert result.output.startswith("1 comments imported")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_control_characters_as_spam_has_them_break_nothing(
    database: Database, import_: Import, encoding: str
) -> None:
    body = "Cheap\x07 pills\x0b for Ċnn\x00"  # Ċ has the byte 0x0A, in UTF-16
    text = wxr.export(wxr.comment(1, body, "spam"), wxr.comment(2, "After"))
    if encoding == "utf-16":
        text = "".join(char for char in text if char >= " " or char == "\n")
    result = import_(text.replace("UTF-8", encoding, 1), "--no-scores", encoding=encoding)
    assert result.exception is None
    with database.read() as tx:
        contents = tx.execute(select(comments.c.content)).scalars()
        bodies = {Comment.model_validate_json(content).body for content in contents}
    assert bodies == {"Cheap pills for Ċnn", "After"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("<html></html>", ":1: this is no WordPress export: it begins with <html>"),
        ("not even XML", ":1: the XML is broken: syntax error"),
        ('<!DOCTYPE rss [<!ENTITY a "aaaa">]>\n<rss>&a;</rss>', ":1: it declares a document type"),
        ("<rss><channel></channel></rss>", ":1: this is no WordPress export: it has no <wp:wxr"),
    ],
)
def test_what_is_no_export_is_refused(import_: Import, text: str, told: str) -> None:
    assert told in str(import_(text).exception)


def test_hundreds_of_undecided_ones_do_not_end_the_import(import_: Import) -> None:
    waiting = [wxr.comment(n, f"Waiting {n}", "0") for n in range(450)]
    said = import_(wxr.export(*waiting, wxr.comment(999, "The last")), "--no-scores").output
    assert said.startswith("1 comments imported")
    assert "450 undecided" in said
