"""The web process: gunicorn, started from here with settings that fit the database."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger

from service.running.gathering import GatheringWorker
from service.running.graceful import GRACEFUL_SECONDS
from service.running.malformed import refuse_broken_bodies
from service.running.metrics_files import keep_counts_of_ended, reserve_room
from service.running.tether import tether
from service.settings import Settings, split_address

# SQLite has one writer: one process whose threads share its commits (docs/decisions/0001).
SQLITE_PROCESSES, SQLITE_THREADS = 1, 24
POSTGRESQL_PROCESSES, POSTGRESQL_THREADS = 2, 8
STREAMS_OF_THREADS = 4  # one thread in so many may hold an answer that stays open
WAITING_OF_THREADS = 2  # one in so many may wait long for a verdict or a score
FRAMED_OF_BODY = 2  # a body's bytes with its head and the lines of its chunks

Wsgi = Callable[..., Any]


class WebLogger(Logger):
    """Sends gunicorn's log the way of all logs."""

    def setup(self, cfg: Any) -> None:  # noqa: ANN401 - gunicorn's own type is untyped
        """Add no handlers: the root logger has one."""
        self.cfg = cfg
        self._access_log_enabled = False
        self.error_log.propagate = True
        self.error_log.setLevel("WARNING")


class WebServer(BaseApplication):
    """gunicorn without its command line and files; the app is loaded after the fork."""

    def __init__(self, options: dict[str, Any], load_app: Callable[[], Wsgi]) -> None:
        self._options = options
        self._load_app = load_app
        super().__init__()

    def load_config(self) -> None:
        """Take the options as they are."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Wsgi:
        """Return the WSGI app of one worker process."""
        return self._load_app()


def serve(settings: Settings, bind: list[str]) -> None:
    """Serve until SIGTERM or SIGINT. `bind` has `HOST:PORT` or `fd://NUMBER` entries."""
    WebServer(server_options(settings, bind), lambda: load_app(settings)).run()


def load_app(settings: Settings) -> Wsgi:
    """Return the WSGI app; imported in the worker alone, so that the arbiter stays small."""
    from service.app import create_app  # noqa: PLC0415
    from service.compose import start_traces  # noqa: PLC0415
    from service.compose_web import make_context  # noqa: PLC0415
    from service.http.proxies import behind_proxies, parse_networks  # noqa: PLC0415
    from service.ops import metrics_page  # noqa: PLC0415
    from service.running.metrics_port import with_metrics_port  # noqa: PLC0415
    from workers.collector import spare_long_lived_objects  # noqa: PLC0415

    start_traces(settings, "web")
    threads = threads_of(settings)
    context = make_context(
        settings,
        most_streams=threads // STREAMS_OF_THREADS,
        most_waiting=threads // WAITING_OF_THREADS,
        stopping=is_stopping,
    )
    for worker in _workers:
        worker.most_bytes = FRAMED_OF_BODY * context.max_request_bytes
    app = refuse_broken_bodies(create_app(context))
    app = behind_proxies(app, parse_networks(settings.trusted_proxies))
    spare_long_lived_objects()
    if settings.metrics_addr is None:
        return app
    _, port = split_address(settings.metrics_addr)
    return with_metrics_port(app, lambda: metrics_page(context), port)


def threads_of(settings: Settings) -> int:
    """Return how many requests one process serves at a time."""
    return SQLITE_THREADS if _on_sqlite(settings) else POSTGRESQL_THREADS


def is_stopping() -> bool:
    """Whether this process was told to end."""
    return any(not worker.alive for worker in _workers)


_workers: list[GatheringWorker] = []  # gunicorn's own idea of this process, after the fork


def _on_sqlite(settings: Settings) -> bool:
    return (settings.database_url or "").startswith("sqlite")


def server_options(settings: Settings, bind: list[str]) -> dict[str, Any]:
    """Return gunicorn's settings."""
    return {
        "bind": bind,
        "worker_class": GatheringWorker,
        "workers": SQLITE_PROCESSES if _on_sqlite(settings) else POSTGRESQL_PROCESSES,
        "threads": threads_of(settings),
        "timeout": 60,
        "graceful_timeout": GRACEFUL_SECONDS,
        "keepalive": 5,
        "sendfile": False,  # it would have a thread wait for a reader
        "limit_request_line": 8190,
        "limit_request_fields": 100,
        "limit_request_field_size": 8190,
        "worker_tmp_dir": "/dev/shm" if Path("/dev/shm").is_dir() else None,  # noqa: S108
        "control_socket_disable": True,
        "logger_class": WebLogger,
        "proc_name": "tactful-web",
        "post_fork": _after_fork,
        "child_exit": _after_exit,
    }


def _after_fork(_arbiter: Arbiter, worker: GatheringWorker) -> None:
    tether(worker.ppid)
    _workers[:] = [worker]
    reserve_room()


def _after_exit(_arbiter: Arbiter, worker: GatheringWorker) -> None:
    keep_counts_of_ended(int(worker.pid))
