"""A site's own model: what its people's decisions add to the prior.

Every decision is an example with a share of the weights. One account's shares together stay
within a bound, so that nobody turns a site's filter around alone; see `Learner.teach`.

The prior fades as the shares grow. Where it was right, a decision has next to no share; where it
was wrong, much. So what a site's people contradict gives way soon, and what they confirm stays.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from workers.spam.ascent import FAR, Weights, product, take_back, visit
from workers.spam.features import Vector
from workers.spam.prior import FADED, Prior

SPAM, ORDINARY = 1, -1
MOST_OF_ONE = 10.0  # the share of one example: a wrong decision weighs little more than a right one
MOST_OF_ACCOUNT = 300.0  # the shares of the account that taught most
SHARE_OF_OTHERS = 0.5  # of what all others together hold: what any other account may hold
LEAST_OF_ACCOUNT = 2.0  # what a newcomer may hold at least
VISITED = 0.6  # of the examples that are looked at again, those that are visited
HALVING = 10.0  # the sum of all shares at which half of the prior is left


@dataclass(frozen=True)
class Example:
    """What one decision taught; `dual` is its share of the weights.

    The vector is one of `Prior.with_word`; `offset` is the prior's log-odds of it.
    """

    vector: Vector
    side: int
    account: str
    offset: float
    dual: float = 0.0

    def holding(self, dual: float) -> "Example":
        """Return it with another share (`dataclasses.replace` costs as much as half a visit)."""
        return Example(self.vector, self.side, self.account, self.offset, dual)


@dataclass
class Learner:
    """Teaches a site's weights. `shares` has the sum of each account's shares."""

    prior: Prior
    weights: Weights
    shares: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Say how far the prior has faded, which weights of before version 3 do not."""
        self._fade()

    def log_odds(self, vector: Vector) -> float:
        """Return what prior and site together say of a comment, by its vector of `with_word`."""
        return self.kept * self.prior.log_odds(vector) + product(self.weights, vector)

    @property
    def kept(self) -> float:
        """The share of the prior that is left."""
        return 1.0 - float(self.weights[FADED])

    def example(self, vector: Vector, side: int, account: str, dual: float = 0.0) -> Example:
        """Return a decision as an example."""
        return Example(vector, side, account, self.prior.log_odds(vector), dual)

    def teach(self, example: Example) -> float:
        """Visit an example, for the first time or again; return its new share.

        The share stays within what the account has left. So a newcomer, or a stolen account that
        taught little so far, cannot outweigh what the others taught.
        """
        bound = min(MOST_OF_ONE, self._left(example))
        offset = self.kept * example.offset
        dual = visit(
            self.weights, example.vector, example.side, example.dual, bound=bound, offset=offset
        )
        if dual != example.dual:
            self._count(example.account, dual - example.dual)
        return dual

    def again(self, examples: Sequence[Example]) -> list[Example]:
        """Visit those of earlier examples that are furthest from what they should hold.

        Returns all of them, in order. Most that are looked at would not move.
        """
        examples = list(examples)
        for place in self._furthest(examples) if examples else ():
            one = examples[place]
            examples[place] = one.holding(self.teach(one))
        return examples

    def _furthest(self, examples: Sequence[Example]) -> list[int]:
        own = np.array([product(self.weights, one.vector) for one in examples])
        sides = np.array([one.side for one in examples])
        offsets = np.array([one.offset for one in examples])
        duals = np.array([one.dual for one in examples])
        margins = np.clip(sides * (self.kept * offsets + own), -FAR, FAR)
        off = np.abs(MOST_OF_ONE / (1.0 + np.exp(margins)) - duals)
        return [int(place) for place in np.argsort(-off)[: round(VISITED * len(examples))]]

    def unteach(self, example: Example) -> None:
        """Take back what an example taught."""
        take_back(self.weights, example.vector, example.side, example.dual)
        self._count(example.account, -example.dual)

    def _left(self, example: Example) -> float:
        own = self.shares.get(example.account, 0.0)
        bound = max(LEAST_OF_ACCOUNT, SHARE_OF_OTHERS * (sum(self.shares.values()) - own))
        if own >= max(self.shares.values(), default=0.0):
            bound = max(bound, MOST_OF_ACCOUNT)
        return max(0.0, bound - own + example.dual)

    def _count(self, account: str, change: float) -> None:
        self.shares[account] = self.shares.get(account, 0.0) + change
        self._fade()

    def _fade(self) -> None:
        """Let the prior fade with the shares, and come back with them."""
        self.weights[FADED] = 1.0 - HALVING / (HALVING + sum(self.shares.values()))
