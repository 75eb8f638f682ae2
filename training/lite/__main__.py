"""The command line: `python -m training.lite` trains, exports, calibrates and measures.

It wants `pip install --group training` and half an hour on two free cores.
"""

import argparse
import logging
import sys
from collections.abc import Sequence
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
from training.lite.resume import shipped_network
from workers.scorers.lite.scorer import MODEL

log = logging.getLogger(__name__)
ROOT = Path(__file__).parents[2]


def main() -> None:
    """Do the steps that were asked for, or all of them in order."""
    arguments = _parsed()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    shared, work, to, steps = arguments.shared, arguments.work, arguments.to, arguments.steps
    work.mkdir(parents=True, exist_ok=True)
    split = dataset.build(shared, arguments.seed)
    if "earlier" in steps:
        torch.save(shipped_network(to).state_dict(), work / "earlier.pt")
    if "learn" in steps:
        recipe = Recipe(seed=arguments.seed, threads=arguments.threads)
        _learn(split.train, recipe, work / f"{recipe.seed}.pt")
    if "export" in steps:
        export(_mean(sorted(work.glob("*.pt"))), to)
        write_weights(to / "words.json")
        write_phrases(split.train, to / "phrases.npz")
        calibrate(to, [e for e in split.held[::2] if not _is_hard(e)])
    if "measure" in steps:
        lines = report(to, shared, split.held[1::2])
        sys.stdout.writelines(line + "\n" for line in lines)


def _is_hard(example: Example) -> bool:
    """Whether it was written to be misread: nobody's real mixture, so no measure of chances."""
    return example.source.startswith("generated:subtle")


def _learn(train: list[Example], recipe: Recipe, path: Path) -> None:
    network = LiteNetwork()
    fit(network, dataset.sample(train, dataset.SHARES, recipe.seed), recipe)
    torch.save(network.state_dict(), path)


def _mean(paths: Sequence[Path]) -> LiteNetwork:
    """Return the network whose weights are the mean of those at the paths.

    Runs that set out from the same backbone can be averaged (model soups, Wortsman et al., ICML
    2022): what comes of it ranks better than each, and costs as much as one.
    """
    if not paths:
        sys.exit("no network to export: let it `learn` first")
    log.info("the mean of %s", ", ".join(path.name for path in paths))
    learned = [torch.load(path, weights_only=True) for path in paths]
    network = LiteNetwork("eager")
    network.load_state_dict(
        {name: sum(one[name] for one in learned) / len(learned) for name in network.state_dict()}
    )
    network.eval()
    return network


def _parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training.lite", description=__doc__)
    steps = ["learn", "export", "measure"]
    parser.add_argument("steps", nargs="*", choices=["earlier", *steps], default=steps)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "lite")
    parser.add_argument("--to", type=Path, default=MODEL)
    parser.add_argument("--seed", type=int, default=Recipe.seed)
    parser.add_argument("--threads", type=int, default=Recipe.threads)
    return parser.parse_args()


if __name__ == "__main__":
    main()
