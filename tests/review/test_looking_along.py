"""A search looks through so many comments at a time, says so, and misses nothing by going on."""

from importlib import import_module

import pytest
from playwright.sync_api import Page, expect

from store.alike import alike
from store.review import Looker, waiting_comment
from store.review_finding import QueueFilter
from store.review_looks import Look, Reach, look_along
from tests.review.conftest import Blog, SignIn, flagged, on_both
from tests.review.test_acts import Desk

RARE = QueueFilter(text="left right")
WHO = "ann@blog.example"


@pytest.fixture(autouse=True)
def _nothing_is_few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.review_finding.FEW", 2)


@pytest.fixture
def found(blog: Blog) -> list[str]:
    """Let comments wait of which few have both words; return those in the queue's order."""
    for _ in range(3):
        blog.flag("To the left")
        blog.flag("To the right")
    last = blog.flag("From left to right")
    blog.flag("To the left", flagged("To the left", priority=1))
    urgent = [
        blog.flag("Right and left", flagged("Right and left", priority=priority))
        for priority in (1, 2)
    ]
    return [*reversed(urgent), last]


def look(blog: Blog, wanted: QueueFilter, reach: Reach) -> Look:
    with blog.database.read() as tx:
        return look_along(tx, blog.site.id, wanted, blog.clock(), reach)


def looks(blog: Blog, wanted: QueueFilter, most: int, limit: int) -> list[Look]:
    """Return every look that going on takes."""
    all_looks = [look(blog, wanted, Reach(most, limit))]
    while (end := all_looks[-1].end) is not None:
        all_looks.append(look(blog, wanted, Reach(most, limit, end)))
    return all_looks


@on_both
@pytest.mark.parametrize(("most", "limit"), [(1, 5), (2, 5), (3, 1), (10, 1), (100, 2), (100, 9)])
def test_going_on_finds_each_once_and_in_order(
    blog: Blog, found: list[str], most: int, limit: int
) -> None:
    all_looks = looks(blog, RARE, most, limit)
    assert [one for each in all_looks for one in each.ids] == found
    assert all(each.looked <= most and len(each.found) <= limit for each in all_looks)


@on_both
def test_a_look_says_how_many_it_looked_at(blog: Blog, found: list[str]) -> None:
    three = look(blog, RARE, Reach(most=3, limit=5))
    assert (three.ids, three.looked) == (found[:2], 3)
    until_second = look(blog, RARE, Reach(most=10, limit=2))
    assert (until_second.ids, until_second.looked) == (found[:2], 3)
    whole = look(blog, RARE, Reach(most=11, limit=5))
    assert (whole.ids, whole.end) == (found, None)


def test_what_an_index_names_is_found_whole(blog: Blog, found: list[str]) -> None:
    rare = look(blog, QueueFilter(text="from left"), Reach(most=1, limit=1))
    assert (rare.ids, rare.end) == ([found[-1]], None)


def test_all_like_one_are_found_however_far(
    blog: Blog, found: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.review.NEXT_LOOK", 2)
    ann = Desk(blog, WHO)
    assert ann.queue(RARE) == found
    looker = Looker(ann.who.person_id, blog.clock())
    with blog.database.read() as tx:
        item = waiting_comment(tx, blog.site.id, found[0], looker)
        assert item is not None
        assert len(alike(tx, blog.site.id, item, "rule", looker, "")) == 10


@pytest.fixture
def few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    queue = import_module("service.review.queue")  # its package has a blueprint of this name
    monkeypatch.setattr(queue, "FIRST_LOOK", 2)
    monkeypatch.setattr(queue, "NEXT_LOOK", 3)


def rows(page: Page) -> list[str]:
    return [str(row.get_attribute("data-row")) for row in page.locator(".row").all()]


@pytest.mark.usefixtures("few_at_a_time")
def test_without_scripts_a_link_goes_on(blog: Blog, found: list[str], sign_in: SignIn) -> None:
    blog.person(WHO)
    page = sign_in(java_script_enabled=False)
    page.goto("/review?q=left+right")
    assert rows(page) == found[:1]
    expect(page.get_by_text("1 found among the first 2", exact=True)).to_be_visible()
    seen = rows(page)
    for passed in (2, 5, 8):
        expect(page.locator("#further")).to_contain_text(f"Looked through {passed}.")
        page.get_by_role("link", name="Go on").click()
        seen += rows(page)
    assert seen == found
    expect(page.locator("#further")).to_have_count(0)
    # Whoever decides stays where they are.
    page.get_by_role("button", name="Reject").click()
    assert "passed=8" in page.url
    expect(page.get_by_text("No waiting comment fits this filter.")).to_be_visible()


@pytest.mark.usefixtures("few_at_a_time")
def test_a_page_that_has_found_little_goes_on_by_itself(
    blog: Blog, found: list[str], sign_in: SignIn
) -> None:
    blog.person(WHO)
    page = sign_in()
    page.goto("/review?q=left+right")
    expect(page.locator(".row")).to_have_count(3)
    assert rows(page) == found
    expect(page.locator("#further")).to_have_count(0)
    page.goto("/review?q=left+to+from+right+the")
    expect(page.get_by_text("No waiting comment fits this filter.")).to_be_visible()


@pytest.mark.usefixtures("found", "few_at_a_time")
def test_nothing_is_called_absent_before_all_was_looked_through(
    blog: Blog, sign_in: SignIn
) -> None:
    blog.person(WHO)
    page = sign_in(java_script_enabled=False)
    page.goto("/review?q=the+left+right")
    expect(page.get_by_text("No comment fits this filter so far.")).to_be_visible()
    expect(page.get_by_role("heading", name="Nothing found so far")).to_be_visible()
    expect(page.get_by_text("No waiting comment fits this filter.")).to_be_hidden()
    expect(page.get_by_text("Nothing waits here")).to_be_hidden()
    expect(page.get_by_role("link", name="Go on")).to_be_visible()


@pytest.mark.parametrize("after", ["x", "99999999999999999999~2026-01-01T00:00:00%2B00:00~x"])
def test_a_place_that_makes_no_sense_is_the_beginning(
    blog: Blog, found: list[str], sign_in: SignIn, after: str
) -> None:
    blog.person(WHO)
    page = sign_in(java_script_enabled=False)
    page.goto("/review")
    page.goto(f"/review?q=left+right&after={after}&passed=-5")
    assert rows(page) == found
