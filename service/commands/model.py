"""`tactful model`."""

import click

from service.faults import Fault
from service.settings import load_settings


@click.group()
def command() -> None:
    """See which scorers are at hand.

    Example: tactful model list
    """


@command.command("list")
def list_() -> None:
    """List the scorers of this version, and mark the one in use.

    Example: tactful model list
    """
    from service.compose import make_scorer  # noqa: PLC0415 - not for --help

    settings = load_settings()
    try:
        engine = make_scorer(settings).engine
    except Fault as fault:
        click.echo(f"* {settings.scorer}\tnot usable: {fault}")
    else:
        click.echo(f"* {settings.scorer}\t{engine.name} {engine.version}")
    if settings.scorer != "lite":
        click.echo("  lite\tbuilt in")
