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
    """Look after the database: its schema, its backups and what is sealed in it.

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
def reseal() -> None:
    """Make new secrets where TACTFUL_SECRET_KEY does not open those stored: its first is lost.

    Prints each webhook's: its receiver needs it. The secret of a Coral is to be set again.

    Example: tactful db reseal
    """
    from service.commands.database import write  # noqa: PLC0415 - not for --help
    from service.console.local_settings import completed  # noqa: PLC0415
    from service.secret_key import make_sealer  # noqa: PLC0415
    from service.settings import load_settings  # noqa: PLC0415
    from store.sealed_secrets import reseal as make_anew  # noqa: PLC0415
    from workers.signing import new_secret  # noqa: PLC0415

    sealer = make_sealer(completed(load_settings()))
    made = write(lambda tx: make_anew(tx, sealer, new_secret))
    for line in made.webhooks:
        click.echo("\t".join(line))
    for name in made.coral_sites:
        click.echo(f"Coral's secret of {name} is gone: tactful site set {name} --coral-secret -")
    if not (made.webhooks or made.coral_sites):
        click.echo("the key opens all that is stored; nothing was changed")


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
