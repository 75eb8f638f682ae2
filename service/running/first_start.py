"""The first start of `tactful up`: a site, its keys, its policy and somebody who moderates.

The keys are written to `credentials.json` before the transaction that makes them commits: a
crash between the two leaves a file that the next start replaces, never keys that nobody has.
"""

import secrets
from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy import Connection

from rules.loading.presets import preset
from service.running.credentials import (
    Credentials,
    ModeratorCredentials,
    keep_credentials,
    read_credentials,
)
from service.running.data_dir import DataDir
from store.database import Database
from store.people import add_moderator, hash_password, set_password
from store.policies import activate_policy
from store.records import Site
from store.sites import SiteKeys, create_site, find_site, rotate_key, site_of_key

SITE = "default"
EMAIL = "admin@localhost"
POLICY = "default"

log = structlog.get_logger()


def ensure_site(
    database: Database,
    data_dir: DataDir,
    url: str,
    now: datetime,
    *,
    renew_lost_keys: bool = False,
) -> tuple[str, bool]:
    """Return (the site's id, whether it is new); raise Fault, StoreUnavailable.

    A site that is there keeps its keys: a file that is gone may be one of a restored backup, whose
    callers go on with theirs. `renew_lost_keys` makes new ones then.
    """
    with database.read() as tx:
        site = find_site(tx, SITE)
    if site is None:
        return database.write(lambda tx: _create(tx, data_dir, url, now)), True
    if data_dir.credentials.exists():
        _keep_current(database, site, data_dir, url)
    elif renew_lost_keys:
        database.write(lambda tx: _renew(tx, site, data_dir, url, now))
        log.warning("credentials_renewed", reason="credentials.json was gone; old keys are void")
    else:
        log.warning("credentials_missing", file=str(data_dir.credentials), advice=_ADVICE)
    return site.id, False


_ADVICE = (
    "the site keeps its keys and its moderator's password: put the file back, or start once with"
    " --renew-lost-keys for new ones (the old ones will stop working)"
)


def _keep_current(database: Database, site: Site, data_dir: DataDir, url: str) -> None:
    known = read_credentials(data_dir.credentials)
    with database.read() as tx:
        keys = {"api": known.api_key, "akismet": known.akismet_key}
        stale = [kind for kind, key in keys.items() if site_of_key(tx, key) != site]
    for kind in stale:
        advice = f"`tactful site rotate-key {SITE} --kind {kind}` makes one and writes it there"
        log.warning("credentials_stale", file=str(data_dir.credentials), kind=kind, advice=advice)
    current = known.model_copy(update={"url": url})
    if current != known or not data_dir.curlrc.exists():
        keep_credentials(data_dir, current)


def _create(tx: Connection, data_dir: DataDir, url: str, now: datetime) -> str:
    site, keys = create_site(tx, SITE, now)
    activate_policy(tx, site.id, POLICY, preset(POLICY), now)  # compiled by its first worker
    _hand_over(
        data_dir, url, keys, lambda hashed: add_moderator(tx, EMAIL, hashed, site.id, "admin", now)
    )
    return site.id


def _renew(tx: Connection, site: Site, data_dir: DataDir, url: str, now: datetime) -> None:
    keys = SiteKeys(
        api_key=rotate_key(tx, site.id, "api", now),
        akismet_key=rotate_key(tx, site.id, "akismet", now),
    )
    _hand_over(data_dir, url, keys, lambda hashed: set_password(tx, EMAIL, hashed))


def _hand_over(
    data_dir: DataDir, url: str, keys: SiteKeys, set_hash: Callable[[str], None]
) -> None:
    password = secrets.token_urlsafe(12)
    set_hash(hash_password(password))
    credentials = Credentials(
        url=url,
        site=SITE,
        api_key=keys.api_key,
        akismet_key=keys.akismet_key,
        moderator=ModeratorCredentials(email=EMAIL, password=password),
    )
    keep_credentials(data_dir, credentials)
