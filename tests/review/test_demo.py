"""`up --demo` shows a newcomer pages that live."""

from service.running.demo import fill_with_samples, sample_comments
from store.comments import list_comments
from tests.make import KEEPING
from tests.review.conftest import Blog


def test_a_second_start_adds_no_sample_twice(blog: Blog) -> None:
    for _ in range(2):
        fill_with_samples(blog.database, blog.site.id, blog.clock(), KEEPING)
    with blog.database.read() as tx:
        found = list_comments(tx, blog.site.id, limit=100)
    assert len(found) == len(sample_comments()) >= 30
