import random

from workers.scorers.buckets import in_buckets

LENGTHS = [random.Random(1).choice([5, 12, 40, 300, 512]) + n % 7 for n in range(200)]


def test_every_text_is_in_one_bucket() -> None:
    found = [index for bucket in in_buckets(LENGTHS) for index in bucket]
    assert sorted(found) == list(range(len(LENGTHS)))


def test_buckets_are_small_and_hold_like_lengths() -> None:
    for bucket in in_buckets(LENGTHS, size=8, most_padding=0.2):
        lengths = [LENGTHS[index] for index in bucket]
        assert len(bucket) <= 8
        assert sum(lengths) >= 0.8 * max(lengths) * len(lengths)


def test_a_long_text_makes_no_short_one_long() -> None:
    assert list(in_buckets([512, 10, 10, 10])) == [[1, 2, 3], [0]]


def test_nothing_makes_no_bucket() -> None:
    assert list(in_buckets([])) == []
