"""Fitting the network: soft targets, unknown labels masked, words marked along the way."""

import logging
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from training.lite.batches import Batch, Encoded, encode, shuffled
from training.lite.example import Example
from training.lite.network import LiteNetwork

log = logging.getLogger(__name__)
REPORT = 50


@dataclass(frozen=True)
class Recipe:
    """How long and how fast to learn."""

    epochs: float = 1
    batch: int = 32
    rate: float = 1.2e-4
    head_rate: float = 6e-4
    warm_up: float = 0.06
    seed: int = 1
    threads: int = 1


_HALF_IS_FAST: bool = torch.cpu.get_capabilities().get("amx_bf16", False)
"""16 bit numbers are several times as fast as 32 bit where the processor has tiles, else slower."""


def fit(network: LiteNetwork, examples: Sequence[Example], recipe: Recipe) -> None:
    """Train the network on the examples; progress goes to the log."""
    torch.manual_seed(recipe.seed)
    torch.set_num_threads(recipe.threads)
    encoded = encode(examples)
    steps = int(recipe.epochs * len(encoded) / recipe.batch)
    optimizer = _optimizer(network, recipe)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer,
        [recipe.rate, recipe.head_rate],
        total_steps=steps + 1,
        pct_start=recipe.warm_up,
        anneal_strategy="linear",
    )
    network.train()
    started, total = time.monotonic(), 0.0
    for step, batch in enumerate(islice(_batches(encoded, recipe), steps), 1):
        total += _step(network, batch, optimizer)
        schedule.step()
        if step % REPORT == 0:
            spent = time.monotonic() - started
            log.info(
                "seed %d: step %d of %d, loss %.4f, %.0f s",
                recipe.seed, step, steps, total / REPORT, spent,
            )  # fmt: skip
            total = 0.0
    network.eval()


def _optimizer(network: LiteNetwork, recipe: Recipe) -> torch.optim.Optimizer:
    heads = [*network.marks.parameters(), *network.labels.parameters()]
    return torch.optim.AdamW(
        [
            {"params": list(network.backbone.parameters()), "lr": recipe.rate},
            {"params": heads, "lr": recipe.head_rate},
        ],
        weight_decay=0.01,
        fused=True,
    )


def _batches(encoded: Sequence[Encoded], recipe: Recipe) -> Iterator[Batch]:
    rng = random.Random(recipe.seed)  # noqa: S311 - sampling
    while True:
        yield from shuffled(encoded, recipe.batch, rng)


def _step(network: LiteNetwork, batch: Batch, optimizer: torch.optim.Optimizer) -> float:
    with torch.autocast("cpu", torch.bfloat16, enabled=_HALF_IS_FAST):
        labels, marks = network(batch.ids, batch.mask)
    loss = _loss(labels.float(), batch.targets, batch.weights, _IMPORTANCE)
    loss = loss + 0.25 * _loss(marks.float(), batch.marks, batch.weights, torch.ones(1))
    loss.backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    optimizer.step()
    optimizer.zero_grad()
    return float(loss.detach())


_IMPORTANCE = torch.tensor([3.0, 0.5, 0.5, 0.7, 0.8, 1.0, 0.5])
"""Of the labels, in their order: toxicity decides most."""


def _loss(logits: Tensor, targets: Tensor, weights: Tensor, importance: Tensor) -> Tensor:
    known = ~torch.isnan(targets)
    each = binary_cross_entropy_with_logits(logits, targets.nan_to_num(), reduction="none")
    scale = known * weights.unsqueeze(1) * importance
    return (each * scale).sum() / scale.sum().clamp(min=1.0)
