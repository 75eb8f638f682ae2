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
from training.lite.fit import FIRST, FOURTH, SECOND, THIRD, Recipe, fit
from training.lite.lexicon import write_weights
from training.lite.measure import report
from training.lite.network import LiteNetwork
from training.lite.resume import shipped_network
from workers.scorers.lite.scorer import MODEL

ROOT = Path(__file__).parents[2]
OF_FOURTH = 0.42
"""How far the shipped weights go from the third round's to the fourth's; see the model card."""


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
        again = dataset.sample(split.train, dataset.SECOND, arguments.seed)
        _learn(_load(work / "first.pt"), again, SECOND, work / "second.pt")
    if "third" in steps:
        halfway = _between(work / "first.pt", work / "second.pt", 0.5)
        torch.save(halfway.state_dict(), work / "halfway.pt")
        everyday = dataset.sample(split.train, dataset.THIRD, arguments.seed)
        _learn(_load(work / "halfway.pt"), everyday, THIRD, work / "third.pt")
    if "resume" in steps:
        torch.save(shipped_network(arguments.to).state_dict(), work / "third.pt")
    if "fourth" in steps:
        subtle = dataset.sample(split.train, dataset.FOURTH, arguments.seed)
        _learn(_load(work / "third.pt"), subtle, FOURTH, work / "fourth.pt")
    if "export" in steps:
        export(_between(work / "third.pt", work / "fourth.pt", OF_FOURTH), arguments.to)
        write_weights(arguments.to / "words.json")
        calibrate(arguments.to, [e for e in split.held[::2] if not _is_hard(e)])
    if "measure" in steps:
        lines = report(arguments.to, arguments.shared, split.held[1::2])
        sys.stdout.writelines(line + "\n" for line in lines)


def _is_hard(example: Example) -> bool:
    """Whether it was written to be misread: nobody's real mixture, so no measure of chances."""
    return example.source.startswith("generated:subtle")


def _learn(network: LiteNetwork, examples: list[Example], recipe: Recipe, path: Path) -> None:
    fit(network, examples, recipe)
    torch.save(network.state_dict(), path)


def _load(path: Path, attention: str = "sdpa") -> LiteNetwork:
    network = LiteNetwork(attention)
    network.load_state_dict(torch.load(path, weights_only=True))
    return network


def _between(first: Path, second: Path, share: float) -> LiteNetwork:
    """Return the network part of the way: a later round learns templates and forgets some posts."""
    network, other = _load(first, "eager"), _load(second, "eager")
    with torch.no_grad():
        for weight, later in zip(network.parameters(), other.parameters(), strict=True):
            weight.lerp_(later, share)
    network.eval()
    return network


def _parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training.lite", description=__doc__)
    rounds = ["first", "second", "third", "fourth"]
    steps = [*rounds, "export", "measure"]
    parser.add_argument("steps", nargs="*", choices=["resume", *steps], default=steps)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "lite")
    parser.add_argument("--to", type=Path, default=MODEL)
    parser.add_argument("--seed", type=int, default=FIRST.seed)
    return parser.parse_args()


if __name__ == "__main__":
    main()
