"""Campaigns among a batch's comments: looked up before they are judged, noted down afterwards.

The comments of a batch count for one another, too. What other workers are judging at the same
moment is not seen; of a burst over several workers, each lets the first few through.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection

from rules.history import History
from rules.networks import network_of
from rules.promotion import promoted_domains
from rules.sketch import sketch
from store.campaigns import (
    COUNTED,
    Sighting,
    authors_of_comments,
    from_networks,
    groups_of_keys,
    members,
    promoters,
)
from store.claims import ClaimedComment
from store.pseudonyms import pseudonym, who
from workers.grouping import Grouping
from workers.policies import ActivePolicy


@dataclass(frozen=True)
class Campaign:
    """A campaign as it is with this batch: {comment id: who wrote it}, and how many were new."""

    authors: Mapping[str, str]
    fresh: int

    @property
    def size(self) -> int:
        """How many comments, COUNTED at most."""
        return min(len(self.authors), COUNTED)


@dataclass(frozen=True)
class Observed:
    """What a batch's comments are part of. `merged` is {group of before: its campaign}."""

    seen: Mapping[str, Sighting] = field(default_factory=dict)
    merged: Mapping[str, str] = field(default_factory=dict)
    campaigns: Mapping[str, Campaign] = field(default_factory=dict)
    promoters: Mapping[tuple[str, str], set[str]] = field(default_factory=dict)
    networks: Mapping[tuple[str, str | None], int] = field(default_factory=dict)

    def history(self, comment_id: str, known: History) -> History:
        """Return what is known of a comment with what was observed here."""
        seen = self.seen.get(comment_id)
        if seen is None:
            return known
        campaign = self.campaigns.get(seen.campaign_id or "")
        linked = [self.promoters[seen.owner_id, domain] for domain in seen.domains]
        return known.model_copy(
            update={
                "campaign_size": campaign.size - 1 if campaign else 0,
                "campaign_authors": len(set(campaign.authors.values())) if campaign else 1,
                "domain_authors": max((min(len(people), COUNTED) for people in linked), default=0),
                "flood_network": self.networks.get((seen.site_id, seen.network), 1) - 1
                if seen.network
                else None,
            }
        )


def observe(
    tx: Connection,
    claimed: Sequence[ClaimedComment],
    policies: Mapping[str, ActivePolicy],
    owners: Mapping[str, str],
    now: datetime,
    *,
    again: bool = False,
) -> Observed:
    """Return what the comments are part of; of sites whose policy asks for it.

    With `again`, they were judged before, so they are among what is noted down.
    """
    asking = {site_id for site_id, active in policies.items() if active.asks_for_campaigns}
    seen = [_sighting(item, owners) for item in claimed if item.site_id in asking]
    if not seen:
        return Observed()
    grouping = _grouped(tx, seen, now)
    placed = [
        replace(one, campaign_id=campaign)
        if (campaign := grouping.campaign(one.comment_id))
        else one
        for one in seen
    ]
    ours = {one.comment_id for one in placed}
    return Observed(
        seen={one.comment_id: one for one in placed},
        merged={old: grouping.group(old) for old in grouping.merged if old not in ours},
        campaigns=_campaigns(tx, placed, grouping, now),
        promoters=_promoters(tx, placed, now),
        networks=_networks(tx, placed, now, sorted(ours) if again else []),
    )


def _sighting(item: ClaimedComment, owners: Mapping[str, str]) -> Sighting:
    owner_id = owners.get(item.site_id, item.site_id)
    network = network_of(item.comment.author.ip)
    return Sighting(
        comment_id=item.id,
        site_id=item.site_id,
        owner_id=owner_id,
        who=who(owner_id, item.comment.author, otherwise=item.id),
        network=network and pseudonym(item.site_id, "network", network),
        keys=sketch(item.comment.body, owner_id) or (),
        domains=[pseudonym(owner_id, "domain", name) for name in promoted_domains(item.comment)],
    )


def _grouped(tx: Connection, seen: Sequence[Sighting], now: datetime) -> Grouping:
    keys = (key for one in seen for key in one.keys)
    grouping = Grouping(groups_of_keys(tx, keys, now))
    for one in seen:
        if one.keys:
            grouping.place(one.comment_id, one.keys)
    return grouping


def _campaigns(
    tx: Connection, placed: Sequence[Sighting], grouping: Grouping, now: datetime
) -> dict[str, Campaign]:
    fresh: dict[str, dict[str, str]] = defaultdict(dict)
    for one in placed:
        if one.campaign_id:
            fresh[one.campaign_id][one.comment_id] = one.who
    joined = defaultdict(list)
    for old in grouping.merged:
        joined[grouping.group(old)].append(old)
    campaigns = {}
    for campaign_id, ours in fresh.items():
        before = _members(tx, [campaign_id, *joined[campaign_id]], now)
        campaigns[campaign_id] = Campaign(before | ours, len(ours.keys() - before.keys()))
    return campaigns


def _members(tx: Connection, groups: Iterable[str], now: datetime) -> dict[str, str]:
    """Return {comment id: who wrote it} of groups as the database knows them."""
    found: dict[str, str] = {}
    alone = {group for group in groups if not group.startswith("cmp_")}
    for group in set(groups) - alone:
        found |= members(tx, group, now)
    return found | (authors_of_comments(tx, alone) if alone else {})


def _promoters(
    tx: Connection, placed: Sequence[Sighting], now: datetime
) -> dict[tuple[str, str], set[str]]:
    linked = [((one.owner_id, domain), one.who) for one in placed for domain in one.domains]
    found = promoters(tx, (place for place, _ in linked), now)
    for place, author in linked:
        found[place].add(author)
    return found


def _networks(
    tx: Connection, placed: Sequence[Sighting], now: datetime, besides: Sequence[str]
) -> dict[tuple[str, str | None], int]:
    totals = Counter((one.site_id, one.network) for one in placed)
    for site_id in {one.site_id for one in placed}:
        wanted = sorted({one.network for one in placed if one.site_id == site_id and one.network})
        for network, count in from_networks(tx, site_id, wanted, now, besides).items():
            totals[site_id, network] += count
    return totals
