from datetime import UTC, datetime, timedelta

import pytest

from store.ids import new_id, new_id_after


def test_ids_sort_as_they_were_made() -> None:
    made = [new_id("cmt") for _ in range(10_000)]
    assert made == sorted(made)
    assert len(set(made)) == 10_000


def test_an_id_sorts_by_the_time_it_is_given() -> None:
    now = datetime.now(UTC)
    assert (
        new_id("cmt", at=now - timedelta(days=1))
        < new_id("cmt")
        < new_id("cmt", at=now + timedelta(days=1))
    )


@pytest.mark.parametrize("ahead", [timedelta(-1), timedelta(0), timedelta(days=1)])
def test_an_id_sorts_after_the_one_before_it_whatever_clock_that_came_from(
    ahead: timedelta,
) -> None:
    before = new_id("cmt", at=datetime.now(UTC) + ahead)
    assert all(new_id_after(before, "cmt") > before for _ in range(100))
