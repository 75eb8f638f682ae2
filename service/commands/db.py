"""`tactful db`."""

import click


@click.group()
def command() -> None:
    """Look after the database's schema.

    Example: tactful db upgrade
    """


@command.command()
def upgrade() -> None:
    """Run the migrations that are missing; safe to run at any time, and several times at once.

    Example: TACTFUL_DATABASE_URL=postgresql://tactful@db/tactful tactful db upgrade
    """
    from service.commands.database import opened  # noqa: PLC0415 - not for --help
    from store import migrate  # noqa: PLC0415

    with opened(current=False) as database:
        changed = migrate.upgrade(database)
    click.echo("the schema was brought up to date" if changed else "the schema is up to date")
