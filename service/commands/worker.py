"""`tactful worker`."""

from contextlib import suppress
from typing import get_args

import click

from service.commands.start import start_production
from service.running.metrics_files import share_metrics
from service.settings import Settings
from workers.native_messages import keep_native_messages_out
from workers.rings import QueueName


@click.command()
@click.option("--queue", type=click.Choice(get_args(QueueName)), help="Work on this queue only.")
def command(queue: QueueName | None) -> None:
    """Work until SIGTERM: on one queue, or with a supervised process for each.

    `score` judges comments, `deliver` sends webhooks.

    Example: tactful worker --queue score
    """
    if queue == "score":
        keep_native_messages_out()
    settings = start_production()
    if queue is None:
        _work_on_all(settings)
    else:
        _work_on(settings, queue)


def _work_on(settings: Settings, queue: QueueName) -> None:
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415 - not for --help

    from service.compose import make_runtime, required, start_traces  # noqa: PLC0415
    from service.running.metrics_server import serve_metrics_of_our_own  # noqa: PLC0415
    from store.database import StoreUnavailable  # noqa: PLC0415
    from workers.jobs import get_policies_ready  # noqa: PLC0415
    from workers.process import work  # noqa: PLC0415
    from workers.pulse import keep_pulse  # noqa: PLC0415
    from workers.runtime import ScoringRuntime, install  # noqa: PLC0415
    from workers.watchdog import keep_watch  # noqa: PLC0415

    start_traces(settings, queue)
    runtime = make_runtime(settings, queue)
    install(runtime)
    if isinstance(runtime, ScoringRuntime):
        with suppress(StoreUnavailable, SQLAlchemyError):  # then the first comment waits for it
            get_policies_ready(runtime)
    keep_pulse(settings.pulse_file)
    keep_watch(settings.scorer_patience_seconds)
    serve_metrics_of_our_own(settings)
    work(queue, required(settings.redis_url, "redis_url"))


def _work_on_all(settings: Settings) -> None:
    share_metrics()
    from service.running.both_workers import supervise_workers  # noqa: PLC0415

    supervise_workers(settings)
