"""The first start of `tactful up`: a site, its keys, its policy and somebody who moderates.

The keys are written to `credentials.json` before the transaction that makes them commits: a
crash between the two leaves a file that the next start replaces, never keys that nobody has.
"""

import json
import secrets
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import structlog
from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy import Connection

from rules.presets import preset
from service.faults import Fault
from service.running.data_dir import DataDir, write_private
from store.database import Database
from store.people import add_moderator, hash_password, set_password
from store.policies import activate_policy
from store.records import Site
from store.sites import SiteKeys, create_site, find_site, rotate_key

SITE = "default"
EMAIL = "admin@localhost"
POLICY = "default"

log = structlog.get_logger()


class ModeratorCredentials(BaseModel):
    """What a person signs in with."""

    model_config = ConfigDict(frozen=True)

    email: str
    password: str


class Credentials(BaseModel):
    """The content of `credentials.json`."""

    model_config = ConfigDict(frozen=True)

    url: str
    site: str
    api_key: str
    akismet_key: str
    moderator: ModeratorCredentials


def ensure_site(database: Database, data_dir: DataDir, url: str, now: datetime) -> tuple[str, bool]:
    """Return (the site's id, whether it is new); raise Fault, StoreUnavailable.

    Afterwards `credentials.json` and `curlrc` are there, with keys that work and this URL.
    """
    with database.read() as tx:
        site = find_site(tx, SITE)
    if site is None:
        return database.write(lambda tx: _create(tx, data_dir, url, now)), True
    if not data_dir.credentials.exists():
        log.warning("credentials_renewed", reason="credentials.json was gone; old keys are void")
        database.write(lambda tx: _renew(tx, site, data_dir, url, now))
        return site.id, False
    known = read_credentials(data_dir.credentials)
    current = known.model_copy(update={"url": url})
    if current != known or not data_dir.curlrc.exists():
        _keep(data_dir, current)
    return site.id, False


def read_credentials(path: Path) -> Credentials:
    """Return what the file holds; raise Fault when it is not what we wrote."""
    try:
        return Credentials.model_validate_json(path.read_text())
    except (ValidationError, UnicodeDecodeError) as error:
        raise Fault(
            f"{path} is damaged; restore it, or delete it to get new keys (the old ones will"
            " stop working)"
        ) from error
    except OSError as error:
        raise Fault(f"cannot read {path}: {error.strerror}") from error


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
    _keep(data_dir, credentials)


def _keep(data_dir: DataDir, credentials: Credentials) -> None:
    write_private(data_dir.credentials, json.dumps(credentials.model_dump(), indent=2) + "\n")
    # For `curl -K`: the key is then neither on a screen nor in a list of processes.
    header = f'header = "Authorization: Bearer {credentials.api_key}"\n'
    write_private(data_dir.curlrc, f'{header}header = "Content-Type: application/json"\n')
