"""`tactful check`."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.faults import Fault
from service.settings import load_settings

if TYPE_CHECKING:
    from service.console.check_input import Unreadable
    from service.console.checking import Judged


@click.command()
@click.argument("texts", nargs=-1, metavar="TEXT...")
@click.option(
    "--policy",
    "policy_file",
    type=click.Path(path_type=Path),
    help="Policy to judge by; without, the default one.",
)
@click.option("--json", "as_json", is_flag=True, help="One verdict as JSON a line, in order.")
@click.option("--jsonl", is_flag=True, help="`-` reads comments as submitted, one JSON a line.")
def command(
    texts: tuple[str, ...], policy_file: Path | None, *, as_json: bool, jsonl: bool
) -> None:
    """Judge texts here and now, without a database; `-` reads standard input, one a line.

    What a rule matched is underlined. The exit status is 0 whatever the verdicts are, and 1
    when a line could not be read.

    Example: tactful check 'What a load of s h i t'
    """
    if not texts:
        raise click.UsageError("give a TEXT, or - for standard input")
    if jsonl and "-" not in texts:
        raise click.UsageError("--jsonl is about standard input: give - for it")
    settings = load_settings()
    from service.compose import make_scorer  # noqa: PLC0415
    from service.console.check_input import read_comments  # noqa: PLC0415 - not for --help
    from service.console.checking import judge_all, policy_to_check  # noqa: PLC0415

    active = policy_to_check(policy_file)
    comments = read_comments(texts, sys.stdin.buffer, jsonl=jsonl)
    unreadable = sum(
        _tell(item, as_json=as_json) for item in judge_all(comments, active, make_scorer(settings))
    )
    if unreadable:
        raise Fault(f"{unreadable} of the texts could not be read; see above")


def _tell(item: "Judged | Unreadable", *, as_json: bool) -> bool:
    """Print a verdict, or a complaint to standard error; return whether it was a complaint."""
    from service.console.check_input import Unreadable  # noqa: PLC0415 - as above
    from service.console.verdict_text import describe  # noqa: PLC0415

    if isinstance(item, Unreadable):
        click.echo(f"tactful: {item.complaint}", err=True)
        return True
    ansi = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    told = describe(item.comment, item.verdict, ansi=ansi)
    click.echo(item.verdict.model_dump_json() if as_json else told, color=True)
    return False
