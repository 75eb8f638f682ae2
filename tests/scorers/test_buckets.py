import random
from collections.abc import Sequence
from itertools import combinations, pairwise

import pytest

from workers.scorers.buckets import MOST_TEXTS, MOST_TOKENS, PASS_COST, in_buckets

RNG = random.Random(1)
LENGTHS = [RNG.choice([5, 12, 40, 130, 300, 512]) + number % 7 for number in range(200)]


def test_every_text_is_in_one_bucket() -> None:
    found = [index for bucket in in_buckets(LENGTHS) for index in bucket]
    assert sorted(found) == list(range(len(LENGTHS)))


def test_no_bucket_is_too_large_for_the_cache() -> None:
    assert all(fits([LENGTHS[index] for index in bucket]) for bucket in in_buckets(LENGTHS))


@pytest.mark.parametrize("seed", range(20))
def test_no_other_cut_of_the_sorted_texts_is_cheaper(seed: int) -> None:
    lengths = random.Random(seed).choices(range(2, 200), k=9)
    ordered = sorted(lengths)
    ways = [
        [ordered[start:end] for start, end in pairwise((0, *inner, len(ordered)))]
        for count in range(len(ordered))
        for inner in combinations(range(1, len(ordered)), count)
    ]
    found = [[lengths[index] for index in bucket] for bucket in in_buckets(lengths)]
    fitting = [way for way in ways if all(map(fits, way))]
    assert cost(found) == min(map(cost, fitting))


def fits(bucket: Sequence[int]) -> bool:
    large = len(bucket) > MOST_TEXTS or len(bucket) * max(bucket) > MOST_TOKENS
    return len(bucket) == 1 or not large


def cost(buckets: Sequence[Sequence[int]]) -> int:
    return sum(PASS_COST + len(bucket) * max(bucket) for bucket in buckets)


def test_a_little_padding_is_cheaper_than_another_pass() -> None:
    assert list(in_buckets([20, 8])) == [[1, 0]]


def test_a_long_text_makes_no_short_one_long() -> None:
    assert list(in_buckets([512, 10, 10, 10])) == [[1, 2, 3], [0]]


def test_nothing_makes_no_bucket_and_no_tokens_make_one() -> None:
    assert list(in_buckets([])) == []
    assert list(in_buckets([0, 3])) == [[0, 1]]
