"""The command line: `tactful COMMAND`."""

import atexit
import errno
import gc
import importlib
import os
import signal
import sys
from typing import NamedTuple

import click

from service.faults import RESTART_IS_NO_USE, Fault
from service.running.tether import is_supervised, tether_if_supervised
from workers.collector import collect_seldom


class Entry(NamedTuple):
    """Where a command is (its module's `command`), and what it does in a line.

    `lasts` marks those that run until they are asked to stop.
    """

    module: str
    about: str
    lasts: bool = False


COMMANDS = {
    "up": Entry("up", "Run everything on this machine.", lasts=True),
    "check": Entry("check", "Judge texts here and now, without a database."),
    "web": Entry("web", "Serve HTTP (gunicorn).", lasts=True),
    "worker": Entry("worker", "Score comments and deliver webhooks.", lasts=True),
    "cron": Entry("cron", "Run the periodic jobs.", lasts=True),
    "db": Entry("db", "Migrate the database."),
    "site": Entry("site", "Create sites and rotate their keys."),
    "moderator": Entry("moderator", "Create the people who moderate."),
    "import": Entry("imports", "Read a blog's past comments, with what was decided."),
    "policy": Entry("policy", "Lint, test and backtest policies."),
    "model": Entry("model", "See which scorers are at hand, and export one."),
    "rescore": Entry("rescore", "Judge again with the scorer in use; show what would change."),
    "evaluate": Entry("evaluate", "Say what a score is worth on labelled comments."),
    "spam": Entry("spam", "Export and import what moderators taught the spam model."),
    "doctor": Entry("doctor", "Check the installation and say what to do."),
}


_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


class LazyGroup(click.Group):
    """Imports a command's module only when that command runs: `--help` stays quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the table."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command, None where there is none of that name."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"service.commands.{COMMANDS[cmd_name].module}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that the arguments name; name the nearest where there is none."""
        try:
            return super().resolve_command(ctx, args)
        except click.exceptions.NoSuchCommand as unknown:
            name = unknown.command_name
            raise click.exceptions.NoSuchCommand(name, possibilities=COMMANDS, ctx=ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list without importing anything."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.about) for name, entry in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tactful", prog_name="tactful")
def tactful() -> None:
    """Moderate comments on your own machine.

    Example: tactful up
    """


def main() -> None:
    """Run the command line and exit: 0 when all is well, 1 with one line when it is not."""
    collect_seldom()
    _stop_cleanly_from_the_start(sys.argv[1:2])
    tether_if_supervised()
    try:
        tactful(prog_name="tactful")
    except Fault as fault:
        click.echo(f"tactful: {fault}", err=True)
        sys.exit(RESTART_IS_NO_USE if is_supervised() else 1)
    except OSError as error:
        if error.errno not in _FULL:
            raise
        sys.stdout = None  # what it could not take, it would try to write again at the end
        click.echo(f"tactful: cannot write: {error.strerror}", err=True)
        sys.exit(1)


def _stop_cleanly_from_the_start(command: list[str]) -> None:
    """End a lasting command quickly, and until it has its own way of stopping, at once when asked.

    Its imports take a second, in which it holds nothing yet. Without this, `docker stop` would be
    unheard by the first process of a container, and elsewhere end in a failure.
    """
    if any(COMMANDS[name].lasts for name in command if name in COMMANDS):
        # Python looks through all it has for cycles when it ends: 0.3 s of each of six processes.
        atexit.register(gc.freeze)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: os._exit(0))


if __name__ == "__main__":
    main()
