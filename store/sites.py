"""Sites and their keys. Keys are high-entropy random strings, stored only as digests."""

import hashlib
import secrets
import string
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, insert, select, update

from rules.verdict import Action
from store.ids import new_id
from store.records import AkismetReview, Site
from store.tables import api_keys, sites

KeyKind = Literal["api", "akismet"]
AKISMET_KEY_LENGTH = 12  # what Akismet's clients check for
LONGEST_NAME = 100  # characters: what the column holds
LONGEST_RETENTION = 36_500  # days
SHORTEST_CORAL_SECRET = 16  # characters; shorter ones can be guessed
_KEY_CHARACTERS = string.ascii_lowercase + string.digits


class SiteExists(Exception):
    """A site of that name is there already."""


@dataclass(frozen=True)
class SiteKeys:
    """A site's keys in the clear: shown once, never stored."""

    api_key: str
    akismet_key: str


def create_site(tx: Connection, name: str, now: datetime) -> tuple[Site, SiteKeys]:
    """Create a site with fresh keys; raise SiteExists."""
    if find_site(tx, name) is not None:
        raise SiteExists(name)
    site = Site(id=new_id("site"), name=name, on_timeout="review")
    tx.execute(insert(sites).values(created_at=now, **site.model_dump()))
    return site, SiteKeys(
        api_key=_issue_key(tx, site.id, "api", now),
        akismet_key=_issue_key(tx, site.id, "akismet", now),
    )


def rotate_key(tx: Connection, site_id: str, kind: KeyKind, now: datetime) -> str:
    """Revoke the site's keys of this kind and return a new one."""
    tx.execute(
        update(api_keys)
        .where(api_keys.c.site_id == site_id, api_keys.c.kind == kind)
        .where(api_keys.c.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    return _issue_key(tx, site_id, kind, now)


def keep_settings(tx: Connection, site: Site) -> None:
    """Set everything that can be chosen of a site to what is in its record."""
    chosen = site.model_dump(exclude={"id", "name"})
    tx.execute(update(sites).where(sites.c.id == site.id).values(**chosen))


def set_on_timeout(tx: Connection, site_id: str, action: str) -> None:
    """Set what is answered when no verdict is there in time."""
    tx.execute(update(sites).where(sites.c.id == site_id).values(on_timeout=action))


def set_akismet_review(tx: Connection, site_id: str, answer: AkismetReview) -> None:
    """Set what Akismet's clients are answered for a comment that a person must look at."""
    tx.execute(update(sites).where(sites.c.id == site_id).values(akismet_review=answer))


def set_coral_secret(tx: Connection, site_id: str, sealed: str | None) -> None:
    """Set the sealed secret that Coral signs its requests with; None: no request is taken."""
    tx.execute(update(sites).where(sites.c.id == site_id).values(coral_secret=sealed))


def set_keep_addresses(tx: Connection, site_id: str, *, keep: bool) -> None:
    """Set whether comments that come from now on keep e-mail and IP addresses as they are."""
    tx.execute(update(sites).where(sites.c.id == site_id).values(keep_addresses=keep))


def set_retention(tx: Connection, site_id: str, days: int | None) -> None:
    """Set after how many days a comment's content goes; None: never."""
    tx.execute(update(sites).where(sites.c.id == site_id).values(retention_days=days))


def coral_secret(tx: Connection, site_id: str) -> str | None:
    """Return the sealed secret that Coral signs its requests with."""
    secret: str | None = tx.execute(
        select(sites.c.coral_secret).where(sites.c.id == site_id)
    ).scalar_one()
    return secret


def is_revoked_key(tx: Connection, key: str) -> bool:
    """Whether this key opened a site once, and does not any more."""
    query = select(api_keys.c.id).where(api_keys.c.digest == _digest(key))
    return tx.execute(query.where(api_keys.c.revoked_at.is_not(None))).first() is not None


def find_site(tx: Connection, name: str) -> Site | None:
    """Return the site of that name."""
    row = tx.execute(select(*_SITE).where(sites.c.name == name)).mappings().one_or_none()
    return Site(**row) if row else None


def get_site(tx: Connection, site_id: str) -> Site:
    """Return a site that is known to exist."""
    row = tx.execute(select(*_SITE).where(sites.c.id == site_id)).mappings().one()
    return Site(**row)


def list_sites(tx: Connection) -> list[Site]:
    """Return all sites by name."""
    rows = tx.execute(select(*_SITE).order_by(sites.c.name)).mappings()
    return [Site(**row) for row in rows]


def on_timeout_actions(tx: Connection, site_ids: set[str]) -> dict[str, Action]:
    """Return {site id: what it answers for a comment that has no score in time}."""
    query = select(sites.c.id, sites.c.on_timeout).where(sites.c.id.in_(sorted(site_ids)))
    return dict(tx.execute(query).all())


def site_of_key(tx: Connection, key: str) -> Site | None:
    """Return the site that a key, of either kind, opens."""
    row = (
        tx.execute(
            select(*_SITE)
            .join(api_keys, api_keys.c.site_id == sites.c.id)
            .where(api_keys.c.digest == _digest(key), api_keys.c.revoked_at.is_(None))
        )
        .mappings()
        .one_or_none()
    )
    return Site(**row) if row else None


_SITE = tuple(sites.c[name] for name in Site.model_fields)


def _issue_key(tx: Connection, site_id: str, kind: KeyKind, now: datetime) -> str:
    key = f"tk_{secrets.token_urlsafe(32)}" if kind == "api" else _akismet_key()
    tx.execute(
        insert(api_keys).values(
            id=new_id("key"), site_id=site_id, kind=kind, digest=_digest(key), created_at=now
        )
    )
    return key


def _akismet_key() -> str:
    return "".join(secrets.choice(_KEY_CHARACTERS) for _ in range(AKISMET_KEY_LENGTH))


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
