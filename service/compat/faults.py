"""Faults: what goes wrong here is logged, and no word of it leaves us."""

import traceback
from pathlib import PurePath

import structlog
from flask import g

log = structlog.get_logger()


def note(error: Exception, protocol: str) -> None:
    """Log where a fault happened. Its message is left out: it may quote what was submitted."""
    g.reason = type(error).__name__
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    where = [f"{PurePath(frame.filename).name}:{frame.lineno}" for frame in frames]
    log.error("drop_in_fault", protocol=protocol, reason=g.reason, where=where)
