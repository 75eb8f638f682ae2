import itertools

import pytest

from workers.scorers.windows import MOST, spread


@pytest.mark.parametrize("count", [1, MOST - 1, MOST])
def test_few_windows_are_all_read(count: int) -> None:
    assert list(spread(range(count))) == list(range(count))


@pytest.mark.parametrize("count", [MOST + 1, 2 * MOST, 10_000])
def test_of_many_windows_some_are_read_from_the_first_to_the_last(count: int) -> None:
    read = list(spread(range(count)))
    gaps = {after - before for before, after in itertools.pairwise(read)}
    assert (len(read), read[0], read[-1]) == (MOST, 0, count - 1)
    assert max(gaps) - min(gaps) <= 1
