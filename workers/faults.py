"""Faults, told without their message: that may quote what a comment said, or a key."""

import traceback
from pathlib import PurePath
from typing import Any

FRAMES = 8  # the last ones


def told(error: BaseException) -> dict[str, Any]:
    """Return what a log says of an unexpected exception: its `reason` and `where` it came from."""
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    where = [f"{PurePath(frame.filename).name}:{frame.lineno}" for frame in frames]
    return {"reason": type(error).__name__, "where": where}
