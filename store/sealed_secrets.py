"""Secrets that are stored sealed: whether a key opens them, and new ones where it does not."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select, union_all, update

from store.sealing import Sealer, WrongSecretKey
from store.tables import sites, webhooks


@dataclass(frozen=True)
class Resealed:
    """What took the place of secrets that could not be opened."""

    webhooks: Sequence[tuple[str, str, str]]  # (id, URL, the new secret)
    coral_sites: Sequence[str]  # names; their secret is set anew by hand


def refuse_wrong_key(tx: Connection, sealer: Sealer) -> bool:
    """Return whether anything is sealed; raise WrongSecretKey where this key does not open it."""
    of_coral = select(sites.c.coral_secret).where(sites.c.coral_secret.is_not(None))
    of_webhooks = select(webhooks.c.secret).where(webhooks.c.removed_at.is_(None))
    found = tx.execute(union_all(of_webhooks, of_coral)).scalars().all()
    for sealed in found:
        sealer.open(sealed)
    return bool(found)


def reseal(tx: Connection, sealer: Sealer, new_secret: Callable[[], str]) -> Resealed:
    """Give whatever this key does not open a new secret, Coral's none: for a key that is lost."""
    renewed: list[tuple[str, str, str]] = []
    there = select(webhooks.c.id, webhooks.c.url, webhooks.c.secret)
    there = there.where(webhooks.c.removed_at.is_(None)).order_by(webhooks.c.id)
    for webhook_id, url, _ in _unopened(tx.execute(there).tuples().all(), sealer):
        secret = new_secret()
        values = {"secret": sealer.seal(secret), "old_secret": None, "older_secrets": None}
        tx.execute(update(webhooks).where(webhooks.c.id == webhook_id).values(**values))
        renewed.append((webhook_id, url, secret))
    named = select(sites.c.id, sites.c.name, sites.c.coral_secret)
    named = named.where(sites.c.coral_secret.is_not(None)).order_by(sites.c.name)
    forgotten = list(_unopened(tx.execute(named).tuples().all(), sealer))
    for site_id, _, _ in forgotten:
        tx.execute(update(sites).where(sites.c.id == site_id).values(coral_secret=None))
    return Resealed(renewed, [name for _, name, _ in forgotten])


def _unopened(
    rows: Sequence[tuple[str, str, str]], sealer: Sealer
) -> Iterator[tuple[str, str, str]]:
    for row in rows:
        try:
            sealer.open(row[-1])
        except WrongSecretKey:
            yield row
