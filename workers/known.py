"""What is known of comments that are to be judged: authors' pasts, floods, standing, campaigns."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from rules.history import History
from store.campaigns import WINDOW
from store.claims import ClaimedComment
from store.floods import FLOOD
from store.owners import owners_of_sites
from store.rescoring import ScoredComment
from workers.campaigns import Observed, observe
from workers.histories import NOTHING_KNOWN, histories_of
from workers.policies import ActivePolicy
from workers.runtime import ScoringRuntime
from workers.standing import with_standing


@dataclass(frozen=True)
class Lookback:
    """From when to look back. `campaigns`: whether what was noted down of them is there still."""

    moment: datetime
    owners: Mapping[str, str]
    half_life_days: float
    again: bool = False
    campaigns: bool = True


def known_of(
    runtime: ScoringRuntime,
    tx: Connection,
    claimed: Sequence[ClaimedComment],
    policies: Mapping[str, ActivePolicy],
    *,
    again: bool = False,
) -> tuple[dict[str, History], Observed]:
    """Return ({comment id: its history}, the campaigns observed), as far as the policies ask."""
    now = runtime.clock()
    owners = runtime.owners.owners(tx, now)
    return _known(tx, claimed, policies, Lookback(now, owners, runtime.half_life_days, again))


def known_then(
    tx: Connection,
    items: Sequence[ScoredComment],
    policies: Mapping[str, ActivePolicy],
    now: datetime,
    half_life_days: float,
) -> dict[str, History]:
    """Return {comment id: its history} of comments judged before, as of when they were judged.

    What has become of other comments since then counts. What was noted down of campaigns is kept
    for WINDOW; of older comments their facts are not known any more.
    """
    known: dict[str, History] = {}
    owners = owners_of_sites(tx)
    for moment, together in _by_moment(items).items():
        fresh = moment > now - WINDOW
        back = Lookback(moment, owners, half_life_days, again=True, campaigns=fresh)
        known |= _known(tx, [as_claimed(item) for item in together], policies, back)[0]
    return known


def moment_of(item: ScoredComment) -> datetime:
    """Return as of when a comment is judged again: when it was first judged, as far as known.

    One that was judged long after it came was judged again before, or the workers stood still:
    then it is when it came, since the flood that it was part of is to be seen.
    """
    came, judged = item.submitted_at, item.verdict.scored_at
    return judged if came <= judged <= came + FLOOD else came


def as_claimed(item: ScoredComment) -> ClaimedComment:
    """Return a comment that was judged before as one that is to be judged."""
    return ClaimedComment(
        id=item.id,
        site_id=item.site_id,
        revision=item.revision,
        submitted_at=item.submitted_at,
        attempts=1,
        comment=item.comment,
        author_id=item.author_id,
        ip_digest=item.ip_digest,
        fingerprint=item.fingerprint,
    )


def _known(
    tx: Connection,
    claimed: Sequence[ClaimedComment],
    policies: Mapping[str, ActivePolicy],
    back: Lookback,
) -> tuple[dict[str, History], Observed]:
    past = histories_of(tx, claimed, policies, back.moment, again=back.again)
    past = with_standing(tx, claimed, policies, past, back.moment, back.half_life_days)
    if not back.campaigns:
        return past, Observed()
    observed = observe(tx, claimed, policies, back.owners, back.moment, again=back.again)
    for comment_id in observed.seen:
        past[comment_id] = observed.history(comment_id, past.get(comment_id, NOTHING_KNOWN))
    return past, observed


def _by_moment(items: Sequence[ScoredComment]) -> dict[datetime, list[ScoredComment]]:
    """Put together what was judged together: then none of it counted for another's past."""
    together: dict[datetime, list[ScoredComment]] = defaultdict(list)
    for item in items:
        together[moment_of(item)].append(item)
    return together
