"""The prior: what every site starts with, trained by `python -m training.spam`."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from workers.spam.ascent import Weights, product
from workers.spam.features import Vector
from workers.spam.hashing import SIZE

_NOTHING = 1e-3  # log-odds
_NOTHING = 1e-3  # log-odds
MODEL = Path(__file__).parent / "prior.npz"


@dataclass(frozen=True)
class Prior:
    """Weights of log-odds, and where they begin. `version` says which training they are of."""

    weights: Weights
    bias: float
    version: str

    def log_odds(self, vector: Vector) -> float:
        """Return what the prior says of a comment: above 0 for spam."""
        return self.bias + product(self.weights, vector)


@cache
def packaged_prior() -> Prior:
    """Return the prior that comes with the package."""
    return read_prior(MODEL)


def read_prior(path: Path) -> Prior:
    """Return the prior of a file; places that it does not name weigh nothing."""
    with np.load(path, allow_pickle=False) as file:
        weights = np.zeros(SIZE, dtype=np.float32)
        weights[file["places"]] = file["weights"].astype(np.float32)
        card = json.loads(str(file["card"]))
    return Prior(weights, float(card["bias"]), str(card["version"]))


def write_prior(path: Path, prior: Prior) -> None:
    """Write a prior; weights too small to matter are left out."""
    places = np.flatnonzero(np.abs(prior.weights) > _NOTHING).astype(np.uint32)
    card = json.dumps({"bias": prior.bias, "version": prior.version})
    np.savez_compressed(
        path, places=places, weights=prior.weights[places].astype(np.float16), card=np.array(card)
    )
