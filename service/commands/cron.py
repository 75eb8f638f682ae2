"""`tactful cron`."""

import signal
import threading

import click

from service.commands.start import start


@click.command()
def command() -> None:
    """Run the periodic jobs until SIGTERM; more than one at once is safe.

    Rings for comments and deliveries that wait although nobody rang, and deletes what is old.

    Example: tactful cron
    """
    settings = start()
    from service.compose import make_cron  # noqa: PLC0415 - not for --help

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    make_cron(settings).run(stop)
