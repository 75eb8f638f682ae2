"""Buckets: like lengths together, so that a forward pass computes little padding.

A batch is as long as its longest text, so one long comment among 63 short ones makes all 64
long. Sorted and cut, they cost what their own length costs. On a CPU a large batch gains nothing
(int8 BERT-base, 2 cores: 8 at once beat both 1 and 32), so buckets are small.
"""

from collections.abc import Iterator, Sequence

BUCKET_SIZE = 8
MOST_PADDING = 0.15  # of the tokens of a bucket


def in_buckets(
    lengths: Sequence[int], size: int = BUCKET_SIZE, most_padding: float = MOST_PADDING
) -> Iterator[list[int]]:
    """Give the indices of `lengths` (tokens), shortest first, in buckets of up to `size`.

    Every index comes once. In a bucket, at most the share `most_padding` of what is computed
    is padding.
    """
    bucket: list[int] = []
    tokens = 0
    for index in sorted(range(len(lengths)), key=lengths.__getitem__):
        # Sorted, so the newcomer is the longest and all others are padded to it.
        computed = lengths[index] * (len(bucket) + 1)
        wasteful = computed - tokens - lengths[index] > most_padding * computed
        if bucket and (len(bucket) == size or wasteful):
            yield bucket
            bucket, tokens = [], 0
        bucket.append(index)
        tokens += lengths[index]
    if bucket:
        yield bucket
