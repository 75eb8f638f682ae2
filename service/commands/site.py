"""`tactful site`."""

from datetime import UTC, datetime
from typing import Literal

import click
from sqlalchemy import Connection

from rules.policy import load_policy
from rules.presets import preset
from service.commands.database import opened, site_named, write
from service.faults import Fault
from store.policies import activate_policy
from store.sites import SiteExists, SiteKeys, create_site, list_sites, rotate_key, set_on_timeout

POLICY = "default"


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
    required=True,
    help="What is answered when no verdict is there in time.",
)
def set_(name: str, on_timeout: str) -> None:
    """Change a site's settings.

    Example: tactful site set blog --on-timeout approve
    """
    write(lambda tx: set_on_timeout(tx, site_named(tx, name).id, on_timeout))
