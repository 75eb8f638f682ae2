"""`tactful doctor`."""

import click

from service.faults import Fault
from service.settings import load_settings


@click.command()
def command() -> None:
    """Check the installation and say what to do about each fault; exit 1 when there is one.

    Looks at settings, packages, single sign-on, secret key, database, migrations, Redis, workers,
    cron, scorer and clock: of this environment's settings, else of the `tactful up` in
    ./tactful-data.

    Example: tactful doctor
    """
    settings = load_settings()
    click.echo("ok     settings: every one is known and well-formed")
    from service.console.diagnosis import diagnose  # noqa: PLC0415 - not for --help
    from service.console.local_settings import completed  # noqa: PLC0415

    faults = 0
    for finding in diagnose(completed(settings)):
        faults += finding.mark == "FAULT"
        click.echo(f"{finding.mark:5}  {finding.subject}: {finding.told}")
    if faults:
        raise Fault(f"{faults} fault{'s' if faults > 1 else ''} found")
