"""Garbage is looked for seldom while a process starts, and as usual once it works."""

import gc
from collections.abc import Iterator

import pytest

from workers.collector import collect_seldom, spare_long_lived_objects


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


def test_a_start_is_hardly_interrupted() -> None:
    collect_seldom()
    before = gc.get_stats()[0]["collections"]
    made = [[number] for number in range(50_000)]
    assert gc.get_stats()[0]["collections"] - before <= 1
    assert len(made) == 50_000


def test_what_works_collects_as_usual_again() -> None:
    collect_seldom()
    spare_long_lived_objects()
    before = gc.get_stats()[0]["collections"]
    made = [[number] for number in range(50_000)]
    assert gc.get_stats()[0]["collections"] - before > 10
    assert len(made) == 50_000
