"""Buckets: like lengths together, so that a forward pass computes little padding.

A batch is as long as its longest text, so one long comment among 63 short ones makes all 64
long. Yet a pass has a price of its own, since the weights come from memory for one text as for
eight, so a little padding is cheaper than another pass. And beyond some hundred tokens a large
batch gains nothing on a CPU and then loses (activations leave the cache).
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

PASS_COST = 15
"""Of a forward pass, in tokens. BERT-base on a Xeon: 8 bits 10 to 20, torch's 32 bits 28."""
MOST_TOKENS = 400
MOST_TEXTS = 8


def in_buckets(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Give the indices of `lengths` (tokens), shortest first, in buckets.

    Every index comes once. Of all ways to cut the sorted lengths, this one costs least: each
    bucket costs PASS_COST and, for each of its texts, the tokens of the longest (dynamic
    programming over where the last bucket starts). A bucket has at most MOST_TEXTS texts and
    MOST_TOKENS tokens, padding included, unless it is a single text.
    """
    order = sorted(range(len(lengths)), key=lengths.__getitem__)
    costs, starts = [0], [0]  # of the cheapest way to cut the first n
    for end, index in enumerate(order, 1):
        longest = lengths[index]
        room = min(MOST_TEXTS, max(1, MOST_TOKENS // max(1, longest)))
        cost, start = min(
            (costs[start] + PASS_COST + (end - start) * longest, start)
            for start in range(max(0, end - room), end)
        )
        costs.append(cost)
        starts.append(start)
    edges = [len(order)]
    while edges[-1]:
        edges.append(starts[edges[-1]])
    edges.reverse()
    for start, end in pairwise(edges):
        yield order[start:end]
