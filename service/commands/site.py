"""`tactful site`."""

import sys
from datetime import UTC, datetime
from typing import Literal

import click
from sqlalchemy import Connection

from rules.policy import load_policy
from rules.presets import preset
from service.commands.database import opened, site_named, write
from service.compose import make_sealer
from service.console.local_settings import completed
from service.faults import Fault
from service.settings import load_settings
from store.policies import activate_policy
from store.records import AkismetReview
from store.sites import (
    SiteExists,
    SiteKeys,
    create_site,
    list_sites,
    rotate_key,
    set_akismet_review,
    set_coral_secret,
    set_on_timeout,
)

POLICY = "default"
SECRET_MIN_LENGTH = 16  # shorter ones can be guessed


@click.group()
def command() -> None:
    """Create sites and rotate their keys.

    Example: tactful site create blog
    """


@command.command()
@click.argument("name")
def create(name: str) -> None:
    """Create a site with the default policy, and print its keys: they are shown only now.

    Example: tactful site create blog
    """

    def work(tx: Connection) -> SiteKeys:
        now = datetime.now(UTC)
        site, keys = create_site(tx, name, now)
        source = preset(POLICY)
        activate_policy(tx, site.id, load_policy(source).name, source, now)
        return keys

    try:
        keys = write(work)
    except SiteExists as error:
        raise Fault(f"there is a site {name} already") from error
    click.echo(f"api_key: {keys.api_key}\nakismet_key: {keys.akismet_key}")


@command.command("list")
def list_() -> None:
    """List the sites: name, and what is answered when no verdict is there in time.

    Example: tactful site list
    """
    with opened() as database, database.read() as tx:
        for site in list_sites(tx):
            click.echo(f"{site.name}\ton_timeout={site.on_timeout}")


@command.command("rotate-key")
@click.argument("name")
@click.option("--kind", type=click.Choice(["api", "akismet"]), default="api", show_default=True)
def rotate(name: str, kind: Literal["api", "akismet"]) -> None:
    """Make a new key of this kind and print it; the old one stops working.

    Example: tactful site rotate-key blog --kind akismet
    """
    now = datetime.now(UTC)
    click.echo(write(lambda tx: rotate_key(tx, site_named(tx, name).id, kind, now)))


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
    "--coral-secret",
    metavar="SECRET|-",
    help="The secret of Coral's moderation phase; `-` reads it from standard input.",
)
def set_(
    name: str,
    on_timeout: str | None,
    akismet_review: AkismetReview | None,
    coral_secret: str | None,
) -> None:
    """Change a site's settings.

    Example: tactful site set blog --on-timeout approve
    """
    if on_timeout is None and akismet_review is None and coral_secret is None:
        raise click.UsageError("name at least one setting to change; see --help")
    sealed = None if coral_secret is None else _sealed(coral_secret)

    def work(tx: Connection) -> None:
        site = site_named(tx, name)
        if on_timeout is not None:
            set_on_timeout(tx, site.id, on_timeout)
        if akismet_review is not None:
            set_akismet_review(tx, site.id, akismet_review)
        if sealed is not None:
            set_coral_secret(tx, site.id, sealed)

    write(work)


def _sealed(given: str) -> str:
    """Return the secret sealed; raise Fault where it is none, or there is no key to seal with."""
    secret = sys.stdin.readline() if given == "-" else given
    secret = secret.strip()
    if len(secret) < SECRET_MIN_LENGTH:
        raise Fault(f"a Coral secret has at least {SECRET_MIN_LENGTH} characters")
    return make_sealer(completed(load_settings())).seal(secret)
