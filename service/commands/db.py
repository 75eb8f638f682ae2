"""`tactful db`."""

from pathlib import Path

import click

_DATA = click.option(
    "--data",
    type=click.Path(path_type=Path),
    help="Directory of `tactful up`; by default TACTFUL_DATA, else ./tactful-data.",
)


@click.group()
def command() -> None:
    """Look after the database: its schema and its backups.

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


@command.command()
@click.argument("file", type=click.Path(path_type=Path))
@_DATA
@click.option("--without-keys", is_flag=True, help="Leave the keys out, to be kept apart.")
def backup(file: Path, data: Path | None, *, without_keys: bool) -> None:
    """Write all that `tactful up` has stored to FILE, while it runs; FILE is replaced.

    FILE is an SQLite database, with the keys of the directory in it: keep it private.

    Example: tactful db backup /backups/tactful.db
    """
    from service.running.backups import back_up  # noqa: PLC0415 - not for --help
    from service.settings import load_settings  # noqa: PLC0415

    settings = load_settings()
    keys = back_up(settings, data or settings.data, file, with_keys=not without_keys)
    click.echo(f"wrote {file}, with {', '.join(keys)}" if keys else f"wrote {file}, without keys")


@command.command()
@click.argument("file", type=click.Path(path_type=Path))
@_DATA
def restore(file: Path, data: Path | None) -> None:
    """Put a backup into the directory of a `tactful up` that does not run.

    What was there is moved aside. The next `tactful up` goes on from the backup.

    Example: tactful db restore /backups/tactful.db --data ./tactful-data
    """
    from service.running.backups import restore as put_back  # noqa: PLC0415 - not for --help
    from service.settings import load_settings  # noqa: PLC0415

    settings = load_settings()
    place = data or settings.data
    for path in put_back(settings, place, file):
        click.echo(f"moved aside: {path}")
    click.echo(f"restored {place}; start `tactful up --data {place}`")
