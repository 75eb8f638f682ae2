"""Logging: structlog to standard error, for our own events and for the libraries' alike.

Events carry ids and reasons; never a comment's text, a key or a password.
"""

import logging
import sys
from collections.abc import Sequence
from typing import Literal

import structlog
from structlog.typing import Processor

LogFormat = Literal["json", "console"]

# RQ tells of each job at INFO, and has an exception's text; what matters we log ourselves.
_QUIET = {"rq.worker": logging.WARNING, "rq.job": logging.WARNING, "alembic": logging.WARNING}


def set_up_logging(format_: LogFormat | None) -> None:
    """Send all logs to standard error; without a format, `console` on a terminal, else `json`."""
    chosen = format_ or ("console" if sys.stderr.isatty() else "json")
    shared = _shared()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_rendering(chosen),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name, level in _QUIET.items():
        logging.getLogger(name).setLevel(level)


def _shared() -> Sequence[Processor]:
    return (
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    )


def _rendering(format_: LogFormat) -> Sequence[Processor]:
    if format_ == "console":
        # Its own choice is rich where that is installed, which shows the values of variables.
        plain = structlog.dev.plain_traceback
        return (
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain),
        )
    return (structlog.processors.format_exc_info, structlog.processors.JSONRenderer())
