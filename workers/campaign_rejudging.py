"""When a campaign is found, or has grown: what waits of it is judged again, knowing that.

Only what waits for a person: what was published stays so, and what people decided, too. The scores
are those of the first time, and the new verdict is kept where it is no milder than the old one, for
how things were ten minutes before is not known any more.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Connection

from rules.combining import STRICTNESS
from rules.history import History
from rules.verdict import Verdict
from store.campaign_groups import waiting_alone, waiting_of_campaign
from store.campaigns import Sighting, join_campaigns, members, record_sightings
from store.rescoring import ScoredComment, replace_verdicts
from store.sites import on_timeout_actions
from workers.campaigns import Observed, observe
from workers.faults import told
from workers.histories import NOTHING_KNOWN
from workers.isolating import apart
from workers.judging import Engine, SiteRules, judge
from workers.known import as_claimed, known_of
from workers.runtime import ScoringRuntime

SMALLEST = 4  # members; with each doubling from here, what waits is judged again
STRAGGLERS = 200  # waiting comments that are looked at for belonging to it, too

log = structlog.get_logger()


def note_campaigns(runtime: ScoringRuntime, observed: Observed, written: set[str]) -> None:
    """Note down the comments that got their verdict, and judge again what waits of campaigns.

    The verdicts are on record already: where this fails, a campaign is found a little later.
    """
    seen = [one for comment_id, one in observed.seen.items() if comment_id in written]
    if not seen:
        return
    now = runtime.clock()
    try:
        runtime.database.write(lambda tx: record_sightings(tx, seen, observed.merged, now))
        for campaign_id in sorted(_grown(observed)):
            _gather(runtime, campaign_id, {one.site_id for one in seen})
            _judge_again(runtime, campaign_id, written)
    except Exception as error:
        log.warning("campaigns_not_noted", comments=len(seen), reason=type(error).__name__)


def _grown(observed: Observed) -> Iterable[str]:
    """Return the campaigns that this batch made so large, or joined, that a new look is due."""
    joined = set(observed.merged.values())
    for campaign_id, campaign in observed.campaigns.items():
        before = max(campaign.size - campaign.fresh, SMALLEST - 1)
        doubled = campaign.size.bit_length() > before.bit_length()
        if campaign.size >= SMALLEST and (doubled or campaign_id in joined):
            yield campaign_id


def _gather(runtime: ScoringRuntime, campaign_id: str, site_ids: set[str]) -> None:
    """Find what waits and was too unlike the campaign's first few, but not what it is now."""
    now = runtime.clock()
    with runtime.database.read() as tx:
        alone = waiting_alone(tx, site_ids, now, limit=STRAGGLERS)
        policies, owners = runtime.policies.active(tx, site_ids), runtime.owners.owners(tx, now)

    def look(some: Sequence[ScoredComment]) -> list[Sighting]:
        claimed = [as_claimed(item) for item in some]
        with runtime.database.read() as tx:  # which tells its own faults from a comment's
            return [*observe(tx, claimed, policies, owners, now, again=True).seen.values()]

    seen = apart(look, alone, _left_out)
    found = {one.comment_id: campaign_id for one in seen if one.campaign_id == campaign_id}
    if found:
        runtime.database.write(lambda tx: join_campaigns(tx, found))


def _judge_again(runtime: ScoringRuntime, campaign_id: str, judged_now: set[str]) -> None:
    now = runtime.clock()
    with runtime.database.read() as tx:
        waiting = [
            item for item in waiting_of_campaign(tx, campaign_id) if item.id not in judged_now
        ]
        authors = members(tx, campaign_id, now)

    def judge_some(some: Sequence[ScoredComment]) -> list[tuple[ScoredComment, Verdict]]:
        with runtime.database.read() as tx:
            return _rejudged(runtime, tx, some, authors, now)

    if rejudged := apart(judge_some, waiting, _left_out):
        written = runtime.database.write(lambda tx: replace_verdicts(tx, rejudged, now))
        log.info("campaign_judged_again", campaign=campaign_id, comments=len(written))
        runtime.doorbell.ring("deliver")


def _left_out(item: ScoredComment, error: Exception) -> list[Any]:
    log.warning("comment_not_judged_again", comment=item.id, site=item.site_id, **told(error))
    return []


def _rejudged(
    runtime: ScoringRuntime,
    tx: Connection,
    waiting: Sequence[ScoredComment],
    authors: Mapping[str, str],
    now: datetime,
) -> list[tuple[ScoredComment, Verdict]]:
    site_ids = {item.site_id for item in waiting}
    policies = runtime.policies.active(tx, site_ids)
    otherwise = on_timeout_actions(tx, site_ids)
    claimed = [as_claimed(item) for item in waiting]
    known, _ = known_of(runtime, tx, claimed, policies, again=True)
    spam, engine = runtime.spam.models(tx, site_ids), Engine.of(runtime.scorer)
    found, times = [], runtime.times
    for item in waiting:
        site_id = item.site_id
        rules = SiteRules(policies.get(site_id), otherwise[site_id], spam[site_id], times[site_id])
        history = _of_campaign(known.get(item.id, NOTHING_KNOWN), item.id, authors)
        old = item.verdict
        scored_by = engine if engine.ref == old.engine else Engine(old.engine)
        new = judge(item.comment, old.scores, rules, engine=scored_by, now=now, history=history)
        if STRICTNESS[new.action] >= STRICTNESS[old.action] and new.decided_by == "policy":
            found.append((item, new))
    return found


def _of_campaign(history: History, comment_id: str, authors: Mapping[str, str]) -> History:
    others = len(authors.keys() - {comment_id})
    counts = {"campaign_size": others, "campaign_authors": len(set(authors.values()))}
    return history.model_copy(update=counts)
