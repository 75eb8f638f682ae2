"""`tactful worker` without a queue: one process for each queue, supervised."""

from service.running.metrics_files import keep_counts_of_ended
from service.running.metrics_server import serve_metrics
from service.running.supervisor import Supervisor
from service.running.worker_specs import worker_specs
from service.settings import Settings


def supervise_workers(settings: Settings) -> None:
    """Keep a worker for each queue running until SIGTERM or SIGINT; raise Fault."""
    with Supervisor(on_end=keep_counts_of_ended) as supervisor:
        for spec in worker_specs({}):
            supervisor.start(spec)
        if settings.metrics_addr:
            serve_metrics(settings.metrics_addr)
        supervisor.run()
