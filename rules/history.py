"""What the past says of an author and of a text, counted by the caller."""

from rules.verdict import Value


class History(Value):
    """Counts that need a database, as plain values; `None` is "not known", a defined case.

    The author's counts are of earlier comments by outcome: in total, in the last 24 hours and in
    the last 30 days. The flood counts are of comments in the last `flood_minutes` minutes: by
    this author, from this IP address, of near-identical text, and from this address range.

    The campaign counts are of other comments of the last `campaign_hours` hours, on all sites of
    the owner: variations of this text, and authors who link to the same domain. The last three
    are shares 0..1 of what people decided, where each decision counts less as it ages.
    """

    approved: int | None = None
    rejected: int | None = None
    spam: int | None = None
    approved_24h: int | None = None
    rejected_24h: int | None = None
    spam_24h: int | None = None
    approved_30d: int | None = None
    rejected_30d: int | None = None
    spam_30d: int | None = None
    flood_minutes: int | None = None
    flood_author: int | None = None
    flood_ip: int | None = None
    flood_similar: int | None = None
    flood_network: int | None = None
    campaign_hours: int | None = None
    campaign_size: int | None = None
    campaign_authors: int | None = None
    domain_authors: int | None = None
    author_reputation: float | None = None
    domain_spam_rate: float | None = None
    ip_spam_rate: float | None = None
