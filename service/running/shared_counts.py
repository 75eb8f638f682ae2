"""What all processes that share a folder have counted, those that ended included."""

import fcntl
from collections.abc import Iterable
from pathlib import Path

from prometheus_client import CollectorRegistry
from prometheus_client.core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from service.running.metrics_files import locked


class SharedCounts(Collector):
    """Collects the sums, while nobody adds up the files of processes that ended."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def collect(self) -> Iterable[Metric]:
        """Return the metrics, read now."""
        with locked(self._folder, fcntl.LOCK_SH):
            files = [str(file) for file in self._folder.glob("*.db")]
            return list(MultiProcessCollector.merge(files))  # type: ignore[no-untyped-call]


def shared_registry(folder: Path) -> CollectorRegistry:
    """Return a registry of what was counted in that folder."""
    registry = CollectorRegistry()
    registry.register(SharedCounts(folder))
    return registry
