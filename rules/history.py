"""What the past says of an author and of a text, counted by the caller."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from rules.verdict import Value


def _whole(value: object) -> object:
    """Return 5.0 as 5, which JSON does not tell apart."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Count = Annotated[int, Field(ge=0, le=2**53, strict=True), BeforeValidator(_whole)]
Share = Annotated[float, Field(ge=0, le=1, strict=True)]


FLOOD_MINUTES = 10
CAMPAIGN_HOURS = 24


class History(Value):
    """Counts that need a database, as plain values; `None` is "not known", a defined case.

    The author's counts are of earlier comments by outcome: in total, in the last 24 hours and in
    the last 30 days. The flood counts are of comments in the last `flood_minutes` minutes: by
    this author, from this IP address, of near-identical text, and from this address range.

    The campaign counts are of other comments of the last `campaign_hours` hours, on all sites of
    the owner: variations of this text, and authors who link to the same domain. The next three
    are shares 0..1 of what people decided, where each decision counts less as it ages. The last
    is how many comments the spam score was taught by this site's people.
    """

    approved: Count | None = None
    rejected: Count | None = None
    spam: Count | None = None
    approved_24h: Count | None = None
    rejected_24h: Count | None = None
    spam_24h: Count | None = None
    approved_30d: Count | None = None
    rejected_30d: Count | None = None
    spam_30d: Count | None = None
    flood_minutes: Count | None = FLOOD_MINUTES
    flood_author: Count | None = None
    flood_ip: Count | None = None
    flood_similar: Count | None = None
    flood_network: Count | None = None
    campaign_hours: Count | None = CAMPAIGN_HOURS
    campaign_size: Count | None = None
    campaign_authors: Count | None = None
    domain_authors: Count | None = None
    author_reputation: Share | None = None
    domain_spam_rate: Share | None = None
    ip_spam_rate: Share | None = None
    spam_taught: Count | None = None
