"""The prior: what every site starts with, trained by `python -m training.spam`."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from workers.spam.ascent import Weights, product
from workers.spam.features import Vector
from workers.spam.hashing import SIZE, hashed_name

TRUST = hashed_name("what the prior says")
"""The place of the prior's word among a site's own weights: see `Prior.word`."""
FADED = hashed_name("how far the prior has faded")
"""The place that says which share of the prior a site's own weights took over, 0..1."""
_SURE = 16.0  # log-odds beyond which the prior's word grows no louder
_LOUD = 2.0
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

    def word(self, vector: Vector) -> float:
        """Return what the prior says as a feature, -2..2: a site may come to trust it less."""
        return max(-_SURE, min(_SURE, self.log_odds(vector))) * _LOUD / _SURE

    def with_word(self, vector: Vector) -> Vector:
        """Return a vector with the prior's word in it: what a site's own weights are taught on."""
        free = (vector.places != TRUST) & (vector.places != FADED)
        places = np.append(vector.places[free], TRUST)
        return Vector(places, np.append(vector.values[free], np.float32(self.word(vector))))


@cache
def packaged_prior() -> Prior:
    """Return the prior that comes with the package."""
    return read_prior(MODEL)


def read_prior(path: Path) -> Prior:
    """Return the prior of a file; places that it does not name weigh nothing."""
    with np.load(path, allow_pickle=False) as file:
        weights = np.zeros(SIZE, dtype=np.float32)
        weights[file["places"]] = file["weights"].astype(np.float32)
        weights[[TRUST, FADED]] = 0.0  # the sites' own
        card = json.loads(str(file["card"]))
    return Prior(weights, float(card["bias"]), str(card["version"]))


def write_prior(path: Path, prior: Prior) -> None:
    """Write a prior; weights too small to matter are left out."""
    places = np.flatnonzero(np.abs(prior.weights) > _NOTHING).astype(np.uint32)
    card = json.dumps({"bias": prior.bias, "version": prior.version})
    np.savez_compressed(
        path, places=places, weights=prior.weights[places].astype(np.float16), card=np.array(card)
    )
