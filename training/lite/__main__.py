"""The command line: `python -m training.lite` trains, exports, calibrates and measures.

It wants `pip install --group training` and an hour on two free cores.
"""

import argparse
import logging
import multiprocessing
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import torch

from training.lite import dataset
from training.lite.calibrate import calibrate
from training.lite.example import Example
from training.lite.export import export
from training.lite.fit import Recipe, fit
from training.lite.lexicon import write_weights
from training.lite.measure import report
from training.lite.network import LiteNetwork
from training.lite.phrases import write_phrases
from workers.scorers.lite.scorer import MODEL

log = logging.getLogger(__name__)
ROOT = Path(__file__).parents[2]
SEED = 20261124
"""Of the split and of what is written from templates."""
SEEDS = (33, 34, 35, 36)
"""Of the rounds whose mean is shipped: their samples, their order, their first heads."""
HARD = tuple(f"generated:{kind}" for kind in ("subtle", "implied", "harmless", "care"))
LAST = "last.pt"
LAST_RECIPE = Recipe(rate=2e-5, head_rate=2e-5)
Weights = dict[str, torch.Tensor]


def main() -> None:
    """Do the steps that were asked for, or all of them in order."""
    arguments = _parsed()
    _log_to_stderr()
    shared, work, to, steps = arguments.shared, arguments.work, arguments.to, arguments.steps
    work.mkdir(parents=True, exist_ok=True)
    split = dataset.build(shared, SEED)
    if "learn" in steps:
        _learn_all(split.train, work, arguments.seeds, arguments.cores)
    if "last" in steps:
        _learn_last(split.train, work)
    if "export" in steps:
        export(_network(_mean([_mean(_rounds(work)), _read(work / LAST)])), to)
        write_weights(to / "words.json")
        write_phrases(split.train, to / "phrases.npz")
        calibrate(to, [e for e in split.held[::2] if not _is_hard(e)])
    if "measure" in steps:
        lines = report(to, shared, split.held[1::2])
        sys.stdout.writelines(line + "\n" for line in lines)


def _log_to_stderr() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")


def _is_hard(example: Example) -> bool:
    """Whether it was written to be misread: nobody's real mixture, so no measure of chances."""
    return example.source.startswith(HARD)


def _learn_all(train: list[Example], work: Path, seeds: Sequence[int], cores: int) -> None:
    """Learn a round for each seed, as many at once as there are cores to use."""
    workers = ProcessPoolExecutor(
        cores, multiprocessing.get_context("spawn"), initializer=_log_to_stderr
    )
    with workers:
        list(workers.map(partial(_learn, train, work), seeds))


def _learn(train: list[Example], work: Path, seed: int) -> None:
    network = LiteNetwork()
    fit(network, dataset.sample(train, dataset.SHARES, seed), Recipe(seed=seed))
    torch.save(network.state_dict(), work / f"round-{seed}.pt")


def _learn_last(train: list[Example], work: Path) -> None:
    """Teach the mean of the rounds once more, slowly; what comes of it is half of what is shipped.

    Half, as in Wortsman et al., CVPR 2022: the other half remembers what the lesson left out.
    """
    network = LiteNetwork()
    network.load_state_dict(_mean(_rounds(work)))
    lesson = dataset.sample(train, dataset.LAST_SHARES, LAST_RECIPE.seed)
    fit(network, lesson, LAST_RECIPE)
    torch.save(network.state_dict(), work / LAST)


def _rounds(work: Path) -> list[Weights]:
    paths = sorted(work.glob("round-*.pt"))
    log.info("the mean of %s", ", ".join(path.name for path in paths))
    return [_read(path) for path in paths]


def _read(path: Path) -> Weights:
    if not path.exists():
        sys.exit(f"{path} is missing: let it `learn` and take the `last` lesson first")
    weights: Weights = torch.load(path, weights_only=True)
    return weights


def _mean(learned: Sequence[Weights]) -> Weights:
    """Return the mean of networks that set out from the same backbone.

    Such runs can be averaged (model soups, Wortsman et al., ICML 2022): what comes of it ranks
    better than each, and costs as much as one.
    """
    if not learned:
        sys.exit("no network to export: let it `learn` first")
    return {name: sum(one[name] for one in learned) / len(learned) for name in learned[0]}


def _network(weights: Weights) -> LiteNetwork:
    network = LiteNetwork("eager")
    network.load_state_dict(weights)
    network.eval()
    return network


def _parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training.lite", description=__doc__)
    steps = ["learn", "last", "export", "measure"]
    parser.add_argument("steps", nargs="*", choices=steps, default=steps)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "lite")
    parser.add_argument("--to", type=Path, default=MODEL)
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS, help="a round for each")
    parser.add_argument("--cores", type=int, default=2, help="rounds at once")
    return parser.parse_args()


if __name__ == "__main__":
    main()
