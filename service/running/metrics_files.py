"""The files through which processes add up their metrics (prometheus_client's multiprocess mode).

The folder must be named in the environment before prometheus_client is imported, so nothing
here imports it.
"""

import os
import tempfile
from pathlib import Path

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"


def share_metrics() -> None:
    """Name a fresh folder for this process and its children, unless the environment does."""
    if FOLDER_VARIABLE not in os.environ:
        os.environ[FOLDER_VARIABLE] = tempfile.mkdtemp(prefix="tactful-metrics-")


def forget_live_gauges(pid: int) -> None:
    """Delete what a process that ended said of itself; its counts stay."""
    folder = os.environ.get(FOLDER_VARIABLE)
    if folder:
        for file in Path(folder).glob(f"gauge_live*_{pid}.db"):
            file.unlink(missing_ok=True)
