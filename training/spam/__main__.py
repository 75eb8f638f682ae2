"""`python -m training.spam`: train the prior, say what it is worth, write it. About a minute."""

import argparse
import logging
from pathlib import Path

import numpy as np

from training.spam.corpora import others, videos
from training.spam.fit import calibrate, figures, fit, held_out
from workers.spam.prior import MODEL, Prior, write_prior

ROOT = Path(__file__).parents[2]
VERSION = "3"
log = logging.getLogger("training.spam")


def main() -> None:
    """Train on everything; the figures are of videos that the weights never saw."""
    arguments = _parsed()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    real, rest = videos(arguments.shared), others(arguments.shared, arguments.seed)
    log.info("%d comments of videos, %d others", len(real), len(rest))
    spam = [one.spam for one in real]
    unseen = held_out(real, rest, arguments.seed)
    factor, bias = calibrate(unseen, spam)
    log.info("factor %.3f, bias %.3f", factor, bias)
    for group in sorted({one.group for one in real}):
        mine = [i for i, one in enumerate(real) if one.group == group]
        found = figures([factor * unseen[i] + bias for i in mine], [spam[i] for i in mine])
        log.info("unseen video %s: %s", group, _told(found))
    log.info("all unseen: %s", _told(figures([factor * one + bias for one in unseen], spam)))
    weights = fit([*real, *rest], arguments.seed) * np.float32(factor)
    write_prior(arguments.to, Prior(weights, bias, VERSION))
    log.info("wrote %s, %d bytes", arguments.to, arguments.to.stat().st_size)


def _told(found: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.4f}" for name, value in found.items())


def _parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training.spam", description=__doc__)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--to", type=Path, default=MODEL)
    parser.add_argument("--seed", type=int, default=7)
    return parser.parse_args()


if __name__ == "__main__":
    main()
