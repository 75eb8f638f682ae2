"""`tactful site`."""

import re
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Literal

import click
from sqlalchemy import Connection

from rules.loading.presets import preset
from service.commands.database import opened, site_named, write
from service.console.local_settings import completed
from service.faults import Fault
from service.running.credentials import keep_credentials, read_credentials
from service.running.data_dir import DataDir
from service.secret_key import make_sealer
from service.settings import load_settings
from store.audit import OPERATOR, note_action
from store.policies import activate_policy
from store.records import AkismetReview
from store.sites import (
    LONGEST_NAME,
    LONGEST_RETENTION,
    SHORTEST_CORAL_SECRET,
    SiteExists,
    SiteKeys,
    create_site,
    is_revoked_key,
    list_sites,
    rotate_key,
    set_akismet_review,
    set_coral_secret,
    set_keep_addresses,
    set_on_timeout,
    set_retention,
)

POLICY = "default"
Change = Callable[[Connection, str], None]  # to the site of this id


class _Days(click.ParamType[int]):
    """A number of days, or `never`: 0."""

    name = "days"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        text = str(value)
        days = "0" if text == "never" else text
        if text == "0" or not re.fullmatch(r"[0-9]{1,5}", days) or int(days) > LONGEST_RETENTION:
            self.fail(f"{text!r} is not `never` or 1 to {LONGEST_RETENTION}", param, ctx)
        return int(days)


class _Name(click.ParamType[str]):
    """A name for a new site, which people see and type."""

    name = "name"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        name = str(value)
        if not name.strip():
            self.fail("a site needs a name, such as blog", param, ctx)
        if name != name.strip() or not name.isprintable():
            self.fail(f"{name!r} has a blank at an end or what nobody can see", param, ctx)
        if len(name) > LONGEST_NAME:
            self.fail(f"has {len(name)} characters; {LONGEST_NAME} are the most", param, ctx)
        return name


DAYS = _Days()


@click.group()
def command() -> None:
    """Create sites and rotate their keys.

    Example: tactful site create blog
    """


@command.command()
@click.argument("name", type=_Name())
def create(name: str) -> None:
    """Create a site with the default policy, and print its keys: they are shown only now.

    Example: tactful site create blog
    """

    def work(tx: Connection) -> SiteKeys:
        now = datetime.now(UTC)
        site, keys = create_site(tx, name, now)
        activate_policy(tx, site.id, POLICY, preset(POLICY), now)
        note_action(tx, site.id, OPERATOR, "site.created", name, now)
        return keys

    try:
        keys = write(work)
    except SiteExists as error:
        raise Fault(f"there is a site {name} already") from error
    click.echo(f"api_key: {keys.api_key}\nakismet_key: {keys.akismet_key}")


@command.command("list")
def list_() -> None:
    """List the sites: name, what is answered without a verdict in time, how long what is kept.

    Example: tactful site list
    """
    with opened() as database, database.read() as tx:
        for site in list_sites(tx):
            kept = "originals" if site.keep_addresses else "hashes"
            click.echo(
                f"{site.name}\ton_timeout={site.on_timeout}\taddresses={kept}"
                f"\tretention_days={site.retention_days or 'never'}"
            )


@command.command("rotate-key")
@click.argument("name")
@click.option("--kind", type=click.Choice(["api", "akismet"]), default="api", show_default=True)
def rotate(name: str, kind: Literal["api", "akismet"]) -> None:
    """Make a new key of this kind and print it; the old one stops working.

    The `credentials.json` and `curlrc` of a `tactful up` have it from then on, too.

    Example: tactful site rotate-key blog --kind akismet
    """
    now = datetime.now(UTC)

    def work(tx: Connection) -> str:
        site = site_named(tx, name)
        note_action(tx, site.id, OPERATOR, "key.renewed", kind, now)
        return rotate_key(tx, site.id, kind, now)

    key = write(work)
    click.echo(key)
    _keep_locally(name, kind, key)


def _keep_locally(name: str, kind: Literal["api", "akismet"], key: str) -> None:
    """Write it to the files of `up`, where they are of this site and this database."""
    settings = load_settings()
    local = DataDir(settings.data)
    if not local.credentials.exists():
        return
    known = read_credentials(local.credentials)
    field = f"{kind}_key"
    with opened() as database, database.read() as tx:
        ours = settings.database_url is None or is_revoked_key(tx, getattr(known, field))
    if known.site == name and ours:
        keep_credentials(local, known.model_copy(update={field: key}))


@command.command("set")
@click.argument("name")
@click.option(
    "--on-timeout",
    type=click.Choice(["approve", "review", "reject"]),
    help="What is answered when no verdict is there in time.",
)
@click.option(
    "--akismet-review",
    type=click.Choice(["hold", "spam", "publish"]),
    help="What an Akismet client does with a comment that a person must look at.",
)
@click.option(
    "--keep-addresses/--hash-addresses",
    default=None,
    help="Whether comments from now on keep e-mail and IP addresses, or keyed hashes of them.",
)
@click.option(
    "--retention-days",
    type=DAYS,
    metavar="DAYS|never",
    help="After how many days a comment's content goes; its record goes after twice as many.",
)
@click.option(
    "--coral-secret",
    metavar="SECRET|-",
    help="The secret of Coral's moderation phase; `-` reads it from standard input.",
)
def set_(
    name: str,
    on_timeout: str | None,
    akismet_review: AkismetReview | None,
    keep_addresses: bool | None,  # noqa: FBT001 - click's flag
    retention_days: int | None,
    coral_secret: str | None,
) -> None:
    """Change a site's settings.

    Example: tactful site set blog --on-timeout approve --retention-days 90
    """
    sealed = None if coral_secret is None else _sealed(coral_secret)
    changes: dict[str, Change] = {}  # by what the audit log says of it
    if on_timeout is not None:
        changes[f"on_timeout: {on_timeout}"] = lambda tx, site: set_on_timeout(tx, site, on_timeout)
    if akismet_review is not None:
        changes[f"akismet_review: {akismet_review}"] = lambda tx, site: set_akismet_review(
            tx, site, akismet_review
        )
    if keep_addresses is not None:
        changes[f"keep_addresses: {keep_addresses}"] = lambda tx, site: set_keep_addresses(
            tx, site, keep=keep_addresses
        )
    if retention_days is not None:
        days = retention_days or None
        changes[f"retention_days: {days}"] = lambda tx, site: set_retention(tx, site, days)
    if sealed is not None:
        changes["coral_secret: replaced"] = lambda tx, site: set_coral_secret(tx, site, sealed)
    if not changes:
        raise click.UsageError("name at least one setting to change; see --help")
    write(lambda tx: _apply(tx, name, changes))


def _apply(tx: Connection, name: str, changes: Mapping[str, Change]) -> None:
    site, now = site_named(tx, name), datetime.now(UTC)
    for change in changes.values():
        change(tx, site.id)
    note_action(tx, site.id, OPERATOR, "site.changed", name, now, detail=", ".join(changes))


def _sealed(given: str) -> str:
    """Return the secret sealed; raise Fault where it is none, or there is no key to seal with."""
    secret = sys.stdin.readline() if given == "-" else given
    secret = secret.strip()
    if len(secret) < SHORTEST_CORAL_SECRET:
        raise Fault(f"a Coral secret has at least {SHORTEST_CORAL_SECRET} characters")
    return make_sealer(completed(load_settings())).seal(secret)
