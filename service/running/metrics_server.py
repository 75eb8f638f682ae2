"""A small server for metrics in the processes that do not serve HTTP otherwise."""

from prometheus_client import REGISTRY, start_http_server

from service.faults import Fault
from service.running.metrics_files import shared_folder
from service.running.shared_counts import shared_registry
from service.settings import split_address


def serve_own_metrics(address: str) -> None:
    """Serve this process's metrics at IP:PORT from a thread; raise Fault."""
    host, port = split_address(address)
    try:
        start_http_server(port, host)
    except OSError as error:
        raise Fault(f"TACTFUL_METRICS_ADDR: cannot listen: {error.strerror}") from error


def serve_shared_metrics(address: str) -> None:
    """Serve the metrics of all processes that share our folder; raise Fault."""
    host, port = split_address(address)
    folder = shared_folder()
    registry = shared_registry(folder) if folder else REGISTRY
    try:
        start_http_server(port, host, registry=registry)
    except OSError as error:
        raise Fault(f"TACTFUL_METRICS_ADDR: cannot listen: {error.strerror}") from error
