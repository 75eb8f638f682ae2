"""`tactful spam`: what a site's people taught, taken along and brought back."""

from datetime import UTC, datetime
from pathlib import Path

import click

from service.faults import Fault


@click.group()
def command() -> None:
    """Look at, export and import what a site's moderators taught its spam model.

    Example: tactful spam export --site blog blog-spam.json
    """


@command.command("show")
@click.option("--site", required=True, help="The site's name.")
def show(site: str) -> None:
    """Say how much a site's model was taught.

    Example: tactful spam show --site blog
    """
    from service.commands.database import opened, site_named  # noqa: PLC0415 - not for --help
    from store.spam_models import count_examples, shares, stored_model  # noqa: PLC0415

    with opened() as database, database.read() as tx:
        site_id = site_named(tx, site).id
        stored = stored_model(tx, site_id)
        count, accounts = count_examples(tx, site_id), shares(tx, site_id)
    if not stored.version:
        click.echo("Nothing was taught yet; comments are scored by the prior.")
        return
    left = f"{count} of {len(accounts)} accounts can be taken back"
    click.echo(f"version {stored.version}: {stored.taught} decisions, of which {left}")


@command.command("export")
@click.option("--site", required=True, help="The site's name.")
@click.argument("file", type=click.Path(path_type=Path))
def export(site: str, file: Path) -> None:
    """Write a site's model to FILE: hashed weights, no text and nobody's name.

    Example: tactful spam export --site blog blog-spam.json
    """
    from service.commands.database import opened, site_named  # noqa: PLC0415 - not for --help
    from store.spam_models import stored_model  # noqa: PLC0415
    from workers.spam.exchange import write_export  # noqa: PLC0415

    with opened() as database, database.read() as tx:
        stored = stored_model(tx, site_named(tx, site).id)
    try:
        file.write_text(write_export(stored.weights), encoding="utf-8")
    except OSError as error:
        raise Fault(f"cannot write {file}: {error.strerror}") from error
    click.echo(f"wrote {file}")


@command.command("import")
@click.option("--site", required=True, help="The site's name.")
@click.argument("file", type=click.Path(path_type=Path))
def import_(site: str, file: Path) -> None:
    """Put the model of FILE in the place of what a site was taught so far.

    Example: tactful spam import --site blog blog-spam.json
    """
    from service.commands.database import opened, site_named  # noqa: PLC0415 - not for --help
    from store.spam_models import replace_model  # noqa: PLC0415
    from workers.spam.exchange import ExportInvalid, read_export  # noqa: PLC0415

    try:
        weights = read_export(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise Fault(f"cannot read {file}: {getattr(error, 'strerror', error)}") from error
    except ExportInvalid as error:
        raise Fault(f"{file}: {error}") from error
    with opened() as database:
        now = datetime.now(UTC)
        database.write(lambda tx: replace_model(tx, site_named(tx, site).id, weights, now))
    click.echo("Imported; the next comment is scored by it.")
