"""Activity by what the metadata say, on both databases."""

from datetime import timedelta
from functools import partial

from store.activity import Activity, activity_by_metadata
from store.database import Database
from store.decisions import Decision, decide
from store.records import Site
from store.sites import create_site
from store.verdicts import record_verdicts
from tests.conftest import NOW
from tests.make import claim, make_verdict, submit

PATH = ("akismet", "blog")
DAY = timedelta(days=1)


def test_comments_are_counted_by_blog_and_outcome(database: Database, bare_site: Site) -> None:
    def comment(blog: str, number: int) -> str:
        return submit(
            database, bare_site.id, f"Hello {number}", metadata={"akismet": {"blog": blog}}
        ).id

    ids = [comment("https://a.example", 1), comment("https://a.example", 2)]
    ids += [comment("https://b.example", 3)]
    submit(database, bare_site.id, "Without a blog")
    other = database.write(lambda tx: create_site(tx, "other", NOW))[0]
    submit(database, other.id, "Elsewhere", metadata={"akismet": {"blog": "https://a.example"}})
    taken = claim(database)
    actions = dict(zip(ids, ("approve", "review", "approve"), strict=True))
    judged = [(item, make_verdict(actions.get(item.id, "approve"))) for item in taken.comments]  # type: ignore[arg-type]
    database.write(lambda tx: record_verdicts(tx, taken, judged, NOW))
    for comment_id, word in ((ids[0], "spam"), (ids[1], "ham")):
        decision = Decision(word, "platform")  # type: ignore[arg-type]
        database.write(
            partial(decide, site_id=bare_site.id, comment_id=comment_id, decision=decision, now=NOW)
        )

    with database.read() as tx:
        found = activity_by_metadata(tx, bare_site.id, PATH, NOW - DAY, NOW + DAY)
        before = activity_by_metadata(tx, bare_site.id, PATH, NOW - DAY, NOW)
    assert sorted(found, key=lambda one: one.name) == [
        Activity("https://a.example", comments=2, held=1, missed=1, released=1),
        Activity("https://b.example", comments=1, held=0, missed=0, released=0),
    ]
    assert before == []
