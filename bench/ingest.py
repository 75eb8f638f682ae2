"""Requests a second of `POST /v1/comments`, against the same app answering without a database."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

from bench.ground import Ground, fresh_ground
from bench.report import met, progress, table
from bench.sender import Load

REQUESTS = 4_000
CONNECTIONS = 16
ROUNDS = 3
TARGET = 0.4


def run() -> str:
    """Measure in turns, and return the section of the report."""
    rates: dict[str, list[float]] = {"with": [], "without": []}
    for number in range(ROUNDS):
        for kind, measured in rates.items():
            progress(f"ingest, {kind} a database, round {number + 1} of {ROUNDS}")
            measured.append(_rate(kind))
    stored, bare = median(rates["with"]), median(rates["without"])
    ratio = f"{stored / bare:.2f} ({met(stored / bare >= TARGET)})"
    return (
        "### Taking comments in\n\n"
        f"`POST /v1/comments`, {REQUESTS} requests over {CONNECTIONS} connections, SQLite with"
        f" `synchronous = FULL`, median of {ROUNDS} rounds; the load comes from the same machine."
        f" Baseline: the same Flask app under the same gunicorn, answering without a database."
        f" Target: {TARGET} of it.\n\n"
        + table(
            ["", "without a database", "stored", "ratio"],
            [["requests a second", f"{bare:.0f}", f"{stored:.0f}", ratio]],
        )
    )


def _rate(kind: str) -> float:
    with fresh_ground() as ground, serving(kind, ground) as port:
        Load(port, ground.api_key, 300, CONNECTIONS).apply()
        return Load(port, ground.api_key, REQUESTS, CONNECTIONS).apply()


@contextmanager
def serving(kind: str, ground: Ground) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "bench.web", kind, str(port)]
    command += [ground.database_url, ground.redis_url]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            _wait_until_it_listens(port)
            yield port
        finally:
            process.terminate()


def _wait_until_it_listens(port: int) -> None:
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(f"nothing listens on port {port}")


if __name__ == "__main__":
    print(run())
