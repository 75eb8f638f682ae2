"""Owners: sites that share an admin are one owner's, and so are theirs.

Between sites of one owner only counts cross, as "how many comments like this were there today".
"""

from collections.abc import Iterable

from sqlalchemy import Connection, func, select

from store.tables import memberships


def owners_of_sites(tx: Connection) -> dict[str, str]:
    """Return {site id: owner's id} of sites that have an owner in common with another site.

    The owner's id is the least of the ids of their sites; every other site is its own owner.
    """
    mine = memberships.c
    several = (
        select(mine.person_id)
        .where(mine.role == "admin")
        .group_by(mine.person_id)
        .having(func.count() > 1)
    )
    rows = tx.execute(
        select(mine.person_id, mine.site_id)
        .where(mine.role == "admin", mine.person_id.in_(several))
        .order_by(mine.person_id, mine.site_id)
    )
    return _joined((row.person_id, row.site_id) for row in rows)


def _joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return {site: the least site that it is connected with} (union-find)."""
    parent: dict[str, str] = {}

    def root(site: str) -> str:
        while parent.setdefault(site, site) != site:
            site = parent[site]
        return site

    first: dict[str, str] = {}
    for person, site in pairs:
        one, other = root(first.setdefault(person, site)), root(site)
        parent[max(one, other)] = min(one, other)
    return {site: root(site) for site in parent}
