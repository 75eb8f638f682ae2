"""What is known of comments that are to be judged: authors' pasts, floods, standing, campaigns."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from rules.history import History
from store.claims import ClaimedComment
from workers.campaigns import Observed, observe
from workers.histories import NOTHING_KNOWN, histories_of
from workers.policies import ActivePolicy
from workers.runtime import ScoringRuntime
from workers.standing import with_standing


def known_of(
    runtime: ScoringRuntime,
    tx: Connection,
    claimed: Sequence[ClaimedComment],
    policies: Mapping[str, ActivePolicy],
) -> tuple[dict[str, History], Observed]:
    """Return ({comment id: its history}, the campaigns observed), as far as the policies ask."""
    now = runtime.clock()
    past = histories_of(tx, claimed, policies, now)
    past = with_standing(tx, claimed, policies, past, now, runtime.half_life_days)
    observed = observe(tx, claimed, policies, runtime.owners.owners(tx, now), now)
    for comment_id in observed.seen:
        past[comment_id] = observed.history(comment_id, past.get(comment_id, NOTHING_KNOWN))
    return past, observed
