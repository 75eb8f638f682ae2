"""The spam score of a comment, by the prior and what the site's people taught."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from sqlalchemy import Connection

from rules.comment import Comment
from store.spam_models import model_versions, stored_model
from workers.spam.ascent import Weights, odds_to_share, product
from workers.spam.features import Features, features_of
from workers.spam.packing import unpack_weights
from workers.spam.prior import FADED, TRUST, packaged_prior

SITES_AT_HAND = 32  # a megabyte each


@dataclass(frozen=True)
class Suspicion:
    """How likely a comment is spam, and what that was read from."""

    score: float
    features: Features
    weights: Weights


@dataclass(frozen=True)
class SpamModel:
    """What scores a site's comments: what is left of the prior's weights and the site's, added.

    `trust` is the site's own weight of what the prior says; below 0 it trusts it less. `taught`
    is how many comments the site's people taught it.
    """

    weights: Weights
    bias: float
    trust: float = 0.0
    taught: int = 0

    def suspect(self, comment: Comment) -> Suspicion:
        """Return how likely a comment is spam; its metadata counts, too."""
        features = features_of(comment, comment.metadata)
        log_odds = self.bias + product(self.weights, features.vector)
        if self.trust:
            log_odds += self.trust * packaged_prior().word(features.vector)
        return Suspicion(round(odds_to_share(log_odds), 4), features, self.weights)


@cache
def prior_model() -> SpamModel:
    """Return the model of a site that taught nothing yet."""
    prior = packaged_prior()
    return SpamModel(prior.weights, prior.bias)


def site_model(packed: bytes, taught: int) -> SpamModel:
    """Return the model of a site whose packed weights these are, of so many comments."""
    prior, own = packaged_prior(), unpack_weights(packed)
    faded = min(max(float(own[FADED]), 0.0), 1.0)  # before version 3, some feature's weight
    trust, kept = float(own[TRUST]), 1.0 - faded
    own[[TRUST, FADED]] = 0.0
    return SpamModel(np.float32(kept) * prior.weights + own, kept * prior.bias, trust, taught)


class SpamShelf:
    """Keeps the models of the sites judged last; asks the database only for their versions."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, tuple[int, SpamModel]] = OrderedDict()

    def models(self, tx: Connection, site_ids: set[str]) -> Mapping[str, SpamModel]:
        """Return {site id: its model}; the prior for sites that taught nothing."""
        models = dict.fromkeys(site_ids, prior_model())
        for site_id, version in model_versions(tx, site_ids).items():
            models[site_id] = self._model(tx, site_id, version)
        return models

    def _model(self, tx: Connection, site_id: str, version: int) -> SpamModel:
        known = self._known.pop(site_id, None)
        if known is None or known[0] != version:
            stored = stored_model(tx, site_id)
            model = site_model(stored.weights, stored.taught)
            known = (stored.version, model)
        self._known[site_id] = known
        if len(self._known) > SITES_AT_HAND:
            self._known.popitem(last=False)
        return known[1]
