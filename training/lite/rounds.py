"""The rounds that are learned, the last lesson, and the mean of them that is shipped.

Runs that set out from the same backbone can be averaged (model soups, Wortsman et al., ICML 2022):
what comes of it ranks better than each, and costs as much as one.
"""

import logging
import multiprocessing
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import torch

from training.lite import dataset
from training.lite.example import Example
from training.lite.fit import Recipe, fit
from training.lite.network import LiteNetwork

log = logging.getLogger(__name__)
LAST = "last.pt"
LAST_RECIPE = Recipe(rate=2e-5, head_rate=2e-5)
Weights = dict[str, torch.Tensor]


def log_to_stderr() -> None:
    """Have progress told on standard error, in each process."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")


def learn_rounds(train: list[Example], work: Path, seeds: Sequence[int], cores: int) -> None:
    """Learn a round for each seed, as many at once as there are cores to use.

    Rounds of an earlier run go first: all that lie in the folder are averaged.
    """
    for old in (*work.glob("round-*.pt"), work / LAST):
        old.unlink(missing_ok=True)
    workers = ProcessPoolExecutor(
        cores, multiprocessing.get_context("spawn"), initializer=log_to_stderr
    )
    with workers:
        list(workers.map(partial(_learn, train, work), seeds))


def _learn(train: list[Example], work: Path, seed: int) -> None:
    network = LiteNetwork()
    fit(network, dataset.sample(train, dataset.SHARES, seed), Recipe(seed=seed))
    torch.save(network.state_dict(), work / f"round-{seed}.pt")


def learn_last(train: list[Example], work: Path) -> None:
    """Teach the mean of the rounds once more, slowly; what comes of it is half of what is shipped.

    Half, as in Wortsman et al., CVPR 2022: the other half remembers what the lesson left out.
    """
    network = LiteNetwork()
    network.load_state_dict(_mean(_rounds(work)))
    fit(network, dataset.sample(train, dataset.LAST_SHARES, LAST_RECIPE.seed), LAST_RECIPE)
    torch.save(network.state_dict(), work / LAST)


def shipped_network(work: Path) -> LiteNetwork:
    """Return the mean of the rounds' mean and of what the last lesson made of it."""
    network = LiteNetwork("eager")
    network.load_state_dict(_mean([_mean(_rounds(work)), _read(work / LAST)]))
    network.eval()
    return network


def _rounds(work: Path) -> list[Weights]:
    paths = sorted(work.glob("round-*.pt"))
    if not paths:
        sys.exit(f"no round in {work}: let it `learn` first")
    log.info("the mean of %s", ", ".join(path.name for path in paths))
    return [_read(path) for path in paths]


def _read(path: Path) -> Weights:
    if not path.exists():
        sys.exit(f"{path} is missing: let it take the `last` lesson first")
    weights: Weights = torch.load(path, weights_only=True)
    return weights


def _mean(learned: Sequence[Weights]) -> Weights:
    count = len(learned)
    return {name: torch.stack([one[name] for one in learned]).sum(0) / count for name in learned[0]}
