"""`tactful model`."""

from pathlib import Path

import click

from service.faults import Fault
from service.settings import DETOXIFY_MODELS, load_settings


@click.group()
def command() -> None:
    """See which scorers are at hand, and make one that is fast and needs no torch.

    Example: tactful model list
    """


@command.command("list")
def list_() -> None:
    """List the scorers of this version: the one in use (*), and what the others need.

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
    for name in DETOXIFY_MODELS:
        if settings.scorer != f"detoxify:{name}":
            click.echo(f"  detoxify:{name}\t{_what_is_missing(name)}")
    click.echo("  onnx:DIRECTORY\twhat `tactful model export` writes")


@command.command()
@click.option("--from", "source", metavar="detoxify:NAME", help="One of Detoxify's models.")
@click.option(
    "--checkpoint",
    type=click.Path(exists=True, path_type=Path),
    help="A checkpoint of your own, or the directory that it is in.",
)
@click.option(
    "--to", "target", type=click.Path(path_type=Path), required=True, help="A new directory."
)
@click.option(
    "--int8", is_flag=True, help="Quantise: a quarter of the size, several times as fast."
)
@click.option(
    "--texts",
    type=click.Path(path_type=Path),
    help="Texts to compare both on, one a line; without, 1,000 that are built in.",
)
def export(
    source: str | None, checkpoint: Path | None, target: Path, texts: Path | None, *, int8: bool
) -> None:
    """Write a Detoxify model as ONNX, for `TACTFUL_SCORER=onnx:DIRECTORY`.

    Needs the extra `export` where it runs; what it writes needs nothing further. Prints how far
    the scores are from Detoxify's, and keeps that in DIRECTORY/parity.json.

    Example: tactful model export --from detoxify:original --to models/original-int8 --int8
    """
    if (source is None) == (checkpoint is None):
        raise click.UsageError("give either --from detoxify:NAME or --checkpoint FILE")
    argument = str(checkpoint) if checkpoint else (source or "").removeprefix("detoxify:")
    if target.exists():
        raise Fault(f"{target} is there already; name a directory that is not")
    from service.console.exporting import export_model  # noqa: PLC0415 - not for --help

    for line in export_model(argument, target, texts, int8=int8):
        click.echo(line)


def _what_is_missing(name: str) -> str:
    """Say whether the files of one of Detoxify's models are here, without loading it."""
    from workers.scorers.protocol import ScorerUnavailable  # noqa: PLC0415 - not for --help

    try:
        from workers.scorers.checkpoints import find_checkpoint  # noqa: PLC0415

        return f"{find_checkpoint(name).path}"
    except ImportError:
        return "needs: pip install 'tactful[detoxify]'"
    except ScorerUnavailable as error:
        return f"{error}"
