from datetime import UTC, datetime, timedelta

from store.ids import new_id


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
