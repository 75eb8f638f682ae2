"""`tactful moderator`."""

import sys
from datetime import UTC, datetime
from typing import Literal

import click
from sqlalchemy import Connection

from service.commands.database import site_named, write
from service.faults import Fault
from store.audit import OPERATOR, note_action
from store.people import SHORTEST_PASSWORD, PersonExists, add_moderator, hash_password


@click.group()
def command() -> None:
    """Create the people who moderate.

    Example: tactful moderator create ann@example.org --site blog
    """


@command.command()
@click.argument("email")
@click.option("--site", required=True, help="Name of the site to moderate.")
@click.option("--role", type=click.Choice(["moderator", "admin"]), default="moderator")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def create(
    email: str, site: str, role: Literal["moderator", "admin"], *, password_stdin: bool
) -> None:
    """Let somebody moderate a site. Asks for a password; an existing account keeps its own.

    Example: tactful moderator create ann@example.org --site blog --role admin
    """
    if "@" not in email.strip("@"):
        raise Fault(f"{email} is not an e-mail address")
    hashed = hash_password(_password(from_stdin=password_stdin))
    now = datetime.now(UTC)

    def work(tx: Connection) -> None:
        site_id = site_named(tx, site).id
        add_moderator(tx, email, hashed, site_id, role, now)
        note_action(tx, site_id, OPERATOR, "person.added", email, now, detail=role)

    try:
        write(work)
    except PersonExists as error:
        raise Fault(f"{email} moderates {site} already") from error
    click.echo(f"{email} may moderate {site} as {role}")


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    if len(password) < SHORTEST_PASSWORD:
        raise Fault(f"the password must have at least {SHORTEST_PASSWORD} characters")
    return password
