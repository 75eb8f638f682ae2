"""Grouping: which comments are variations of one another, told by the features that they share.

A comment belongs to the group that had many of its features last. A group's features are those of
all its members, so each variation that is found makes the next one easier to find: after a few, a
spun advert consists of nothing but what others of its kind have said.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from store.ids import new_id

SHARE = 0.25  # of a sketch's features, with one other comment; measured by bench/spam_campaign.py
SHARE_OF_CAMPAIGN = 1 / 3  # with a campaign, which has the features of all its members
FEWEST = 3


class Grouping:
    """Puts the comments of one batch into groups, one after the other.

    A group is a campaign (`cmp_…`), or a comment that is alone so far. `known` is what the database
    says of the features: {feature: the group that had it last}.
    """

    def __init__(self, known: Mapping[int, str]) -> None:
        self._group_of = dict(known)
        self.merged: dict[str, str] = {}

    def place(self, comment_id: str, keys: Sequence[int]) -> None:
        """Put a comment where it belongs. Groups that it connects become one campaign."""
        votes = Counter(self.group(self._group_of[key]) for key in keys if key in self._group_of)
        votes.pop(comment_id, None)  # an edited comment is not like itself
        like = sorted(group for group, count in votes.items() if count >= _enough(group, len(keys)))
        campaign = comment_id
        if like:
            campaigns = [group for group in like if _is_campaign(group)]
            campaign = campaigns[0] if campaigns else new_id("cmp")
            self.merged |= {old: campaign for old in (comment_id, *like) if old != campaign}
        self._group_of |= dict.fromkeys(keys, campaign)

    def group(self, group: str) -> str:
        """Return what a group, or a comment, has become part of."""
        while group in self.merged:
            group = self.merged[group]
        return group

    def campaign(self, comment_id: str) -> str | None:
        """Return the campaign of a comment that was placed; None while it is alone."""
        group = self.group(comment_id)
        return None if group == comment_id else group


def _enough(group: str, features: int) -> float:
    """Return how many of its features a comment must share with a group to belong to it.

    More with a campaign: of so many variations' features, an ordinary comment has some by chance.
    """
    share = SHARE_OF_CAMPAIGN if _is_campaign(group) else SHARE
    return max(FEWEST, share * features)


def _is_campaign(group: str) -> bool:
    return group.startswith("cmp_")
