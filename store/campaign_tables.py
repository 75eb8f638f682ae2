"""Tables of campaigns and standing: who promoted what lately, and how people decided about it.

They hold hashes and counts, never what somebody said. Everything but `opinions` is of the last
hours, save the sightings of a campaign, by which the review pages group what waits.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table

from store.columns import UtcDateTime
from store.tables import metadata


def _site(*, key: bool = False) -> Column[str]:
    parent = ForeignKey("sites.id", ondelete="CASCADE")
    return Column("site_id", parent, primary_key=key, nullable=False)


def _decided() -> Iterator[Column[Any]]:
    yield Column("kind", String(10), nullable=False)  # author | email | domain | network
    yield Column("approved", Integer, nullable=False)
    yield Column("rejected", Integer, nullable=False)
    yield Column("spam", Integer, nullable=False)


sightings = Table(
    "sightings",
    metadata,
    Column("comment_id", ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True),
    _site(),
    Column("campaign_id", String(40)),  # NULL while nothing is like it
    Column("who", String(4), nullable=False),  # enough to count authors, not to name one
    Column("network", String(16)),  # digest of the /24 or /48
    Column("seen_at", UtcDateTime, nullable=False),
    Index(None, "campaign_id", "seen_at"),
    Index("ix_sightings_network", "site_id", "network", "seen_at"),
    Index(None, "seen_at"),
)

# One row a feature: the last comment that has it. So a look-up is a fixed number of primary keys,
# however many comments are stored.
sketch_keys = Table(
    "sketch_keys",
    metadata,
    Column(
        "key",  # hash of the owner and a feature of a text
        BigInteger().with_variant(Integer, "sqlite"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("comment_id", String(40), nullable=False),
    Column("hour", Integer, nullable=False),  # since 1970
)

promotions = Table(
    "promotions",
    metadata,
    Column("owner_id", String(40), primary_key=True),
    Column("domain", String(16), primary_key=True),  # digest
    Column("who", String(4), primary_key=True),
    Column("seen_at", UtcDateTime, nullable=False),
    Index(None, "seen_at"),
)

opinions = Table(
    "opinions",
    metadata,
    _site(key=True),
    Column("digest", String(16), primary_key=True),  # of whom or what the opinion is
    Column("account", String(32), primary_key=True),  # whose it is
    Column("week", Integer, primary_key=True, autoincrement=False),  # since 1970
    *_decided(),
    Index(None, "week"),
)

# What `opinions` came after, not told apart by account: code before revision 0006 reads and writes
# it. A later release takes it away.
standings = Table(
    "standings",
    metadata,
    _site(key=True),
    Column("digest", String(16), primary_key=True),
    Column("week", Integer, primary_key=True, autoincrement=False),
    *_decided(),
    Index(None, "week"),
)
