"""A campaign in the queue: one line, one key, one undo."""

from playwright.sync_api import Page, expect
from sqlalchemy import insert, select

from store.campaign_tables import sightings
from store.tables import comments
from tests.conftest import NOW
from tests.review.conftest import Blog, SignIn
from tests.servers import wait_until


def advertise(blog: Blog, campaign: str, count: int) -> list[str]:
    ids = [blog.flag(f"Buy watches {campaign} {number}") for number in range(count)]
    rows = [
        {
            "comment_id": one,
            "site_id": blog.site.id,
            "campaign_id": campaign,
            "who": f"{number:04x}",
            "seen_at": NOW,
        }
        for number, one in enumerate(ids)
    ]
    blog.database.write(lambda tx: tx.execute(insert(sightings), rows))
    return ids


def statuses(blog: Blog, ids: list[str]) -> set[str]:
    with blog.database.read() as tx:
        return set(tx.execute(select(comments.c.status).where(comments.c.id.in_(ids))).scalars())


def test_one_key_marks_all_of_a_campaign_as_spam_and_one_undo_takes_it_back(
    blog: Blog, sign_in: SignIn
) -> None:
    small = advertise(blog, "cmp_small", 3)
    large = advertise(blog, "cmp_large", 30)
    other = blog.flag("Something else")
    blog.person("ann@blog.example")
    page = sign_in()
    expect(page.locator(".campaign")).to_have_count(2)
    expect(page.locator(".campaign").first).to_contain_text("30 comments by 30 authors")
    page.keyboard.press("c")
    expect(page.locator(".campaign")).to_have_count(1)
    assert statuses(blog, large) == {"decided"}
    assert statuses(blog, [*small, other]) == {"scored"}
    page.wait_for_load_state()  # what answers keys is there
    page.keyboard.press("u")
    wait_until(lambda: statuses(blog, large) == {"scored"}, 30, "nothing undone")
    expect(page.locator(".campaign")).to_have_count(2)


def test_a_campaign_can_be_looked_at_first(blog: Blog, sign_in: SignIn) -> None:
    advertise(blog, "cmp_one", 4)
    blog.flag("Something else")
    blog.person("ann@blog.example")
    page: Page = sign_in()
    page.get_by_role("link", name="Look at them").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("4 comments alike")
    expect(page.get_by_role("link", name="Same campaign")).to_have_attribute("aria-current", "true")
