"""A moderator's own decisions and hours, shown to nobody else."""

from tests.review.conftest import Blog, SignIn
from tests.review.test_acts import Desk


def test_hours_are_the_time_between_decisions_without_the_pauses(
    blog: Blog, sign_in: SignIn
) -> None:
    ann, ben = (Desk(blog, f"{name}@blog.example") for name in ("ann", "ben"))
    waiting = [blog.flag(f"Comment {number}") for number in range(6)]
    for comment, pause in zip(waiting, (0, 4, 30, 3, 2), strict=False):
        blog.clock.move(minutes=pause)
        ann.decide("approve", comment)
    ben.decide("reject", waiting[-1])
    page = sign_in()
    page.goto("/account")
    rows = [row.inner_text().split("\t") for row in page.locator("main table tbody tr").all()]
    assert rows == [
        ["Last hour", "5", "0:09"],
        ["Last day", "5", "0:09"],
        ["Last week", "5", "0:09"],
    ]
