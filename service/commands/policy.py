"""`tactful policy`."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import click

from service.commands.calibrate import command as calibrate
from service.commands.suggested import command as suggested
from service.console.text_files import WrongEncoding, read_text_file
from service.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from rules.errors import Problem
    from rules.importers.imported import Imported
    from rules.policy import Policy
    from rules.tools.backtest import Past, Report
    from rules.tools.examples import Outcome

_FILE = click.Path(path_type=Path)
_TOLD_EVERY = 2.0


@click.group("policy")
def command() -> None:
    """Lint, test, backtest, compare and import policies.

    Example: tactful policy lint policy.yaml
    """


command.add_command(calibrate)
command.add_command(suggested)


@command.command()
@click.argument("file", type=_FILE)
@click.option("--approved", type=_FILE, help="Approved comments, one a line, to try new words on.")
@click.option("--site", help="Try new words on what this site's people approved, too.")
@click.option("--days", default=90, show_default=True, help="How far back, with --site.")
def lint(file: Path, approved: Path | None, site: str | None, days: int) -> None:
    """Say what is wrong or doubtful in a policy, as FILE:LINE:COLUMN: message.

    The exit status is 0 when there is no error; warnings do not count.

    Example: tactful policy lint policy.yaml --site blog
    """
    from rules.errors import Problem  # noqa: PLC0415 - not for --help
    from rules.loading.lint import lint as problems_of  # noqa: PLC0415

    texts = read_text_file(approved).splitlines() if approved else []
    if site is not None:
        texts += (past.comment.body for past in _stored(site, days) if past.stood)
    try:
        problems = problems_of(read_text_file(file), texts)
    except WrongEncoding as wrong:
        message, hint = "this is not UTF-8", "save it as UTF-8"
        problems = [Problem(line=wrong.line, column=wrong.column, message=message, hint=hint)]
    for problem in problems:
        click.echo(_line(file, problem))
    errors = sum(problem.severity == "error" for problem in problems)
    if errors:
        raise Fault(f"{file}: {errors} {'error' if errors == 1 else 'errors'}")
    click.echo(f"{file}: good, {len(problems)} warnings", err=True)


@command.command()
@click.argument("file", type=_FILE)
def test(file: Path) -> None:
    """Run the examples that a policy has in itself.

    Example: tactful policy test policy.yaml
    """
    from rules.tools.examples import run_examples  # noqa: PLC0415 - not for --help

    outcomes = list(run_examples(_load(file)))
    for outcome in outcomes:
        _tell_outcome(file, outcome)
    failed = sum(not outcome.passed for outcome in outcomes)
    click.echo(f"{len(outcomes) - failed} passed, {failed} failed")
    if failed:
        raise Fault(f"{failed} of {len(outcomes)} examples failed")


@command.command()
@click.argument("file", type=_FILE)
@click.option("--site", help="Use this site's stored comments, against what was said then.")
@click.option("--days", default=30, show_default=True, help="How far back, with --site.")
@click.option("--comments", type=_FILE, help="Use the comments of a JSONL or CSV file.")
@click.option("--against", type=_FILE, help="Compare with this policy instead of what was said.")
def backtest(
    file: Path, site: str | None, days: int, comments: Path | None, against: Path | None
) -> None:
    """Say what a policy would have changed on comments of the past. Nothing is stored.

    Example: tactful policy backtest policy.yaml --site blog --days 30
    """
    from rules.tools.backtest import replay  # noqa: PLC0415 - not for --help
    from service.console.backtest_text import describe  # noqa: PLC0415

    if (site is None) == (comments is None):
        raise click.UsageError("give either --site NAME or --comments FILE")
    policy, old = _load(file), _load(against) if against else None
    rows = _stored(site, days) if site is not None else _filed(comments)
    for line in describe(_followed(replay(policy, rows, old))):
        click.echo(line)


@command.command()
@click.argument("before", type=_FILE)
@click.argument("after", type=_FILE)
def diff(before: Path, after: Path) -> None:
    """Say what differs between two policies, by rule and by list.

    Example: tactful policy diff old.yaml new.yaml
    """
    from rules.tools.diff import diff as differences  # noqa: PLC0415 - not for --help

    changes = differences(_load(before), _load(after))
    for change in changes:
        click.echo(str(change))
    if not changes:
        click.echo("no difference")


@command.command("import")
@click.argument("kind", type=click.Choice(["wordpress", "automoderator", "discourse"]))
@click.argument("file", type=_FILE)
def import_(kind: str, file: Path) -> None:
    """Print a policy made from another tool's settings; notes go to standard error.

    wordpress reads the text of "Comment Moderation", one entry a line; automoderator its YAML;
    discourse the CSV export of watched words, whose name says the action.

    Example: tactful policy import wordpress moderation_keys.txt > policy.yaml
    """
    from rules.importers.automoderator import import_automoderator  # noqa: PLC0415
    from rules.importers.discourse import action_of_file, import_discourse  # noqa: PLC0415
    from rules.importers.wordpress import import_wordpress  # noqa: PLC0415

    importers: dict[str, Callable[[str], Imported]] = {
        "wordpress": import_wordpress,
        "automoderator": import_automoderator,
        "discourse": lambda text: import_discourse(text, action=action_of_file(file.name)),
    }
    try:
        imported = importers[kind](read_text_file(file))
    except ValueError as error:
        raise Fault(f"{file}: {error}") from error
    click.echo(imported.policy, nl=False)
    for note in imported.notes:
        click.echo(f"{file}: {note}", err=True)


@command.command()
@click.argument("name", required=False)
def preset(name: str | None) -> None:
    """Print a policy to start from; without NAME, list those there are.

    Example: tactful policy preset family > policy.yaml
    """
    from rules.loading.presets import preset as source_of  # noqa: PLC0415 - not for --help
    from rules.loading.presets import preset_names  # noqa: PLC0415

    if name is None:
        click.echo("\n".join(preset_names()))
    elif name not in preset_names():
        raise Fault(f"there is no preset {name}; there are {', '.join(preset_names())}")
    else:
        click.echo(source_of(name), nl=False)


def _line(path: Path, problem: "Problem") -> str:
    kind = "" if problem.severity == "error" else "warning: "
    hint = f" ({problem.hint})" if problem.hint else ""
    return f"{path}:{problem.line}:{problem.column}: {kind}{problem.message}{hint}"


def _load(path: Path) -> "Policy":
    """Return the policy of a file; raise Fault with every problem and its place."""
    from rules.errors import PolicyInvalid  # noqa: PLC0415 - not for --help
    from rules.policy import load_policy  # noqa: PLC0415

    try:
        return load_policy(read_text_file(path))
    except PolicyInvalid as invalid:
        lines = "\n".join(_line(path, problem) for problem in invalid.problems)
        raise Fault(f"this policy cannot be used\n{lines}") from invalid


def _tell_outcome(file: Path, outcome: "Outcome") -> None:
    text = " ".join(outcome.text.split())[:60]
    word = "PASS" if outcome.passed else "FAIL"
    click.echo(f"{word} {file}:{outcome.line}: {outcome.expected}: {text}")
    for fault in outcome.faults:
        click.echo(f"     {fault}")


def _stored(site: str, days: int) -> "Iterator[Past]":
    from service.commands.database import opened, site_named  # noqa: PLC0415
    from service.console.past_rows import stored_rows  # noqa: PLC0415

    until = datetime.now(UTC)
    with opened() as database:
        with database.read() as tx:
            site_id = site_named(tx, site).id
        yield from stored_rows(database, site_id, until - timedelta(days=days), until)


def _filed(path: Path | None) -> "Iterator[Past]":
    from service.console.past_rows import file_rows  # noqa: PLC0415 - not for --help

    return file_rows(path) if path else iter(())


def _followed(reports: "Iterator[Report]") -> "Report":
    """Return the last report, telling on standard error how far it is."""
    told = monotonic()
    report = next(reports)
    for report in reports:
        if monotonic() - told > _TOLD_EVERY:
            told = monotonic()
            click.echo(f"{report.comments} comments, {report.changed} would change …", err=True)
    return report
