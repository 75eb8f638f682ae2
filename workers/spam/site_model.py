"""A site's own model: what its people's decisions add to the prior.

Every decision is an example with a share of the weights. One account's shares together stay
within a bound, so that nobody turns a site's filter around alone; see `Learner.teach`.
"""

from dataclasses import dataclass, field

from workers.spam.ascent import Weights, product, take_back, visit
from workers.spam.features import Vector
from workers.spam.prior import Prior

SPAM, ORDINARY = 1, -1
MOST_OF_ONE = 10.0  # the share of one example: a wrong decision weighs little more than a right one
MOST_OF_ACCOUNT = 100.0  # the shares of the account that taught most
SHARE_OF_OTHERS = 0.5  # of what all others together hold: what any other account may hold
LEAST_OF_ACCOUNT = 2.0  # what a newcomer may hold at least


@dataclass(frozen=True)
class Example:
    """What one decision taught; `dual` is its share of the weights.

    The vector is one of `Prior.with_word`.
    """

    vector: Vector
    side: int
    account: str
    dual: float = 0.0


@dataclass
class Learner:
    """Teaches a site's weights. `shares` has the sum of each account's shares."""

    prior: Prior
    weights: Weights
    shares: dict[str, float] = field(default_factory=dict)

    def log_odds(self, vector: Vector) -> float:
        """Return what prior and site together say of a comment, by its vector of `with_word`."""
        return self.prior.log_odds(vector) + product(self.weights, vector)

    def teach(self, example: Example) -> float:
        """Visit an example, for the first time or again; return its new share.

        The share stays within what the account has left. So a newcomer, or a stolen account that
        taught little so far, cannot outweigh what the others taught.
        """
        bound = min(MOST_OF_ONE, self._left(example))
        offset = self.prior.log_odds(example.vector)
        dual = visit(
            self.weights, example.vector, example.side, example.dual, bound=bound, offset=offset
        )
        self._count(example.account, dual - example.dual)
        return dual

    def unteach(self, example: Example) -> None:
        """Take back what an example taught."""
        take_back(self.weights, example.vector, example.side, example.dual)
        self._count(example.account, -example.dual)

    def _left(self, example: Example) -> float:
        own = self.shares.get(example.account, 0.0)
        others = [share for account, share in self.shares.items() if account != example.account]
        bound = max(LEAST_OF_ACCOUNT, SHARE_OF_OTHERS * sum(others))
        if own >= max(others, default=0.0):
            bound = max(bound, MOST_OF_ACCOUNT)
        return max(0.0, bound - own + example.dual)

    def _count(self, account: str, change: float) -> None:
        self.shares[account] = self.shares.get(account, 0.0) + change
