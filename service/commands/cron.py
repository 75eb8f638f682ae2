"""`tactful cron`."""

import click

from service.commands.start import start_production


@click.command()
def command() -> None:
    """Run the periodic jobs until SIGTERM; more than one at once is safe.

    Rings for comments and deliveries that wait although nobody rang, and deletes what is old.

    Example: tactful cron
    """
    settings = start_production()
    from service.compose import make_cron  # noqa: PLC0415 - not for --help
    from service.running.metrics_server import serve_metrics_of_our_own  # noqa: PLC0415
    from service.running.wakeups import Wakeups  # noqa: PLC0415
    from workers.pulse import keep_pulse  # noqa: PLC0415

    keep_pulse(settings.pulse_file)
    serve_metrics_of_our_own(settings)
    with Wakeups() as wakeups:

        def pause(seconds: float) -> bool:
            wakeups.wait(seconds)
            return wakeups.stop_requests > 0

        make_cron(settings).run(pause)
