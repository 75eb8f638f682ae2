"""Batches of like lengths from examples, as tensors."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch import Tensor

from training.lite.example import LABELS, Example
from training.lite.network import BACKBONE

MAX_TOKENS = 112
"""Longer texts are cut in training; windows see all of them when scoring."""

ROUND = 8
"""Lengths are padded to its multiples: oneDNN compiles anew for each shape that it meets."""


@dataclass(frozen=True)
class Encoded:
    """One example as numbers; NaN where nobody judged."""

    ids: list[int]
    targets: list[float]
    marks: list[float]
    weight: float


@dataclass(frozen=True)
class Batch:
    """Examples of like lengths."""

    ids: Tensor
    mask: Tensor
    targets: Tensor
    marks: Tensor
    weights: Tensor


def encode(examples: Sequence[Example]) -> list[Encoded]:
    """Return the examples as token numbers with targets for each label and each token."""
    tokenizer = Tokenizer.from_file(str(BACKBONE / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    encodings = tokenizer.encode_batch([example.text for example in examples])
    return [
        Encoded(
            e.ids,
            [example.targets.get(label, float("nan")) for label in LABELS],
            _marks(example, e.offsets),
            example.weight,
        )
        for example, e in zip(examples, encodings, strict=True)
    ]


def _marks(example: Example, offsets: list[tuple[int, int]]) -> list[float]:
    if example.spans is None:
        return [float("nan")] * len(offsets)
    return [
        max((share for s, e, share in example.spans if s < end and start < e), default=0.0)
        if end > start
        else float("nan")
        for start, end in offsets
    ]


def shuffled(encoded: Sequence[Encoded], size: int, rng: random.Random) -> Iterator[Batch]:
    """Yield batches in random order, each of examples that are about equally long."""
    order = list(encoded)
    rng.shuffle(order)
    pools = [order[i : i + 40 * size] for i in range(0, len(order), 40 * size)]
    batches = [
        pool[i : i + size]
        for pool in (sorted(p, key=lambda e: len(e.ids)) for p in pools)
        for i in range(0, len(pool), size)
    ]
    rng.shuffle(batches)
    yield from (collate(batch) for batch in batches)


def collate(batch: Sequence[Encoded]) -> Batch:
    """Return one batch, padded to its longest example."""
    longest = -(-max(len(e.ids) for e in batch) // ROUND) * ROUND
    return Batch(
        torch.tensor([e.ids + [0] * (longest - len(e.ids)) for e in batch]),
        torch.tensor([[1] * len(e.ids) + [0] * (longest - len(e.ids)) for e in batch]),
        torch.tensor([e.targets for e in batch]),
        torch.tensor([e.marks + [float("nan")] * (longest - len(e.ids)) for e in batch]),
        torch.tensor([e.weight for e in batch]),
    )
