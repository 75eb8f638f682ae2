"""What `python -m training.lite` is asked to do."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from workers.scorers.lite.scorer import MODEL

STEPS = ("learn", "last", "export", "measure")
SEEDS = (33, 34, 35, 36)
"""Of the rounds: their samples, their order, their first heads."""
_ROOT = Path(__file__).parents[2]
_ABOUT = """\
Teach `lite`, export, calibrate and measure it: an hour on two free cores.
Needs the group `training` (pip install --group training).
Example: python -m training.lite export measure"""


def parsed(arguments: Sequence[str]) -> argparse.Namespace:
    """Return `steps`, `shared`, `work`, `to`, `seeds` and `cores`; exit with 2 on a mistake."""
    parser = argparse.ArgumentParser(
        prog="python -m training.lite",
        description=_ABOUT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "steps", nargs="*", type=_step, default=STEPS, metavar="|".join(STEPS), help="default: all"
    )
    parser.add_argument("--shared", type=Path, default=_ROOT.parent / "shared" / "data")
    parser.add_argument("--work", type=Path, default=_ROOT / "build" / "lite")
    parser.add_argument("--to", type=Path, default=MODEL)
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS, help="a round for each")
    parser.add_argument("--cores", type=int, default=2, help="rounds at once")
    return parser.parse_args(arguments)


def _step(name: str) -> str:
    if name not in STEPS:  # `choices` would refuse the default, a list, too (CPython 3.11)
        raise argparse.ArgumentTypeError(f"no such step; there are {', '.join(STEPS)}")
    return name
