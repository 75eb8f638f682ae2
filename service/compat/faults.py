"""Faults: what goes wrong here is logged, and no word of it leaves us."""

import structlog
from flask import g

from workers.faults import told

log = structlog.get_logger()


def note(error: Exception, protocol: str) -> None:
    """Log where a fault happened. Its message is left out: it may quote what was submitted."""
    g.reason = type(error).__name__
    log.error("drop_in_fault", protocol=protocol, **told(error))
