"""The command line: `python -m training.lite` trains, exports, calibrates and measures.

It wants `pip install --group training` and half an hour on two free cores.
"""

import argparse
import logging
import sys
from pathlib import Path

import torch

from training.lite import dataset
from training.lite.calibrate import calibrate
from training.lite.example import Example
from training.lite.export import export
from training.lite.fit import FIRST, SECOND, THIRD, Recipe, fit
from training.lite.lexicon import write_weights
from training.lite.measure import report
from training.lite.network import LiteNetwork
from workers.scorers.lite.scorer import MODEL

ROOT = Path(__file__).parents[2]


def main() -> None:
    """Do the steps that were asked for, or all of them in order."""
    arguments = _parsed()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    split = dataset.build(arguments.shared, arguments.seed)
    work, steps = arguments.work, arguments.steps
    work.mkdir(parents=True, exist_ok=True)
    if "first" in steps:
        _learn(LiteNetwork(), split.train, FIRST, work / "first.pt")
    if "second" in steps:
        again = dataset.second_round(split.train, arguments.seed)
        _learn(_load(work / "first.pt"), again, SECOND, work / "second.pt")
    if "third" in steps:
        halfway = _between(work / "first.pt", work / "second.pt")
        torch.save(halfway.state_dict(), work / "halfway.pt")
        everyday = dataset.third_round(split.train, arguments.seed)
        _learn(_load(work / "halfway.pt"), everyday, THIRD, work / "third.pt")
    if "export" in steps:
        network = _load(work / "third.pt", "eager")
        network.eval()
        export(network, arguments.to)
        write_weights(arguments.to / "words.json")
        calibrate(arguments.to, split.held[::2])
    if "measure" in steps:
        lines = report(arguments.to, arguments.shared, split.held[1::2])
        sys.stdout.writelines(line + "\n" for line in lines)


def _learn(network: LiteNetwork, examples: list[Example], recipe: Recipe, path: Path) -> None:
    fit(network, examples, recipe)
    torch.save(network.state_dict(), path)


def _load(path: Path, attention: str = "sdpa") -> LiteNetwork:
    network = LiteNetwork(attention)
    network.load_state_dict(torch.load(path, weights_only=True))
    return network


def _between(first: Path, second: Path) -> LiteNetwork:
    """Return the network half way: the second round learns templates and forgets some tweets."""
    network, other = _load(first, "eager"), _load(second, "eager")
    with torch.no_grad():
        for weight, later in zip(network.parameters(), other.parameters(), strict=True):
            weight.lerp_(later, 0.5)
    network.eval()
    return network


def _parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training.lite", description=__doc__)
    steps = ["first", "second", "third", "export", "measure"]
    parser.add_argument("steps", nargs="*", choices=steps, default=steps)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "lite")
    parser.add_argument("--to", type=Path, default=MODEL)
    parser.add_argument("--seed", type=int, default=FIRST.seed)
    return parser.parse_args()


if __name__ == "__main__":
    main()
