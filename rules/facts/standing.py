"""Facts about campaigns and about standing: what other comments, and people, say of this one."""

from rules.facts.fact import count, counted

_COUNTS = {
    "campaign.hours": ("campaign_hours", "how many hours the campaign facts look back"),
    "campaign.size": (
        "campaign_size",
        "variations of this text by anyone in the last campaign.hours, counted to 200",
    ),
    "campaign.authors": ("campaign_authors", "how many authors those and this one have"),
    "domain.authors": (
        "domain_authors",
        "authors who linked to the same domain in the last campaign.hours, counted to 200",
    ),
    "flood.network": (
        "flood_network",
        "comments from this /24 or /48 in the last flood.minutes",
    ),
    "spam.taught": (
        "spam_taught",
        "comments by which the site's people taught the spam score",
    ),
}
_SHARES = {
    "author.reputation": (
        "author_reputation",
        "0..1: how people decided about this author or e-mail address; 0.5 is no opinion",
    ),
    "domain.spam_rate": (
        "domain_spam_rate",
        "0..1: spam among the decided comments that link to the same domain; of the worst one",
    ),
    "ip.spam_rate": ("ip_spam_rate", "0..1: spam among the decided comments from this /24 or /48"),
}


COMPANY_FACTS = frozenset(_COUNTS | _SHARES)
"""Names of the facts that other comments and people's decisions say."""


STANDING_FACTS = (
    *(counted(name, attribute, about) for name, (attribute, about) in _COUNTS.items()),
    *(counted(name, attribute, about, high=1) for name, (attribute, about) in _SHARES.items()),
    count(
        "links.promoted",
        "domains it links to, author's URL included, that are not everybody's (youtube.com …)",
        lambda subject: len(subject.promoted),
    ),
)
