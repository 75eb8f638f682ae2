"""The data directory of `tactful up`: what is where in it, and that only one `up` uses it."""

import fcntl
import hashlib
import os
import secrets
import shutil
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from service.faults import Fault
from store.database import sqlite_url

UNIX_PATH_MAX = 100  # sockaddr_un has room for 108 bytes on Linux, 104 on macOS


class DataDir:
    """Paths in DIR; `open` makes it and takes its lock, which ends with the process."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.database = self.path / "tactful.db"
        self.credentials = self.path / "credentials.json"
        self.curlrc = self.path / "curlrc"
        self.secret_key_file = self.path / "secret.key"
        self.run = self.path / "run"
        self.metrics = self.run / "metrics"
        self._lock: int | None = None

    @property
    def database_url(self) -> str:
        """URL of the SQLite file."""
        return sqlite_url(self.database)

    def open(self) -> None:
        """Make what is missing, private to this user, and lock it; raise Fault."""
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._take_lock()
            self.run.mkdir(mode=0o700, exist_ok=True)
            # Earlier versions kept Redis's file, with the texts of analyses in it.
            shutil.rmtree(self.path / "redis", ignore_errors=True)
            shutil.rmtree(self.metrics, ignore_errors=True)  # of processes that are gone
            self.metrics.mkdir(mode=0o700)
        except (FileExistsError, NotADirectoryError) as error:
            raise Fault(f"{self.path} is not a directory; name another with --data") from error
        except OSError as error:
            raise Fault(
                f"cannot write to {self.path} ({error.strerror}); make it writable for this user"
                " or name another directory with --data"
            ) from error

    def secret_key(self) -> str:
        """Return the key that seals stored secrets, made at the first start; raise Fault."""
        if not self.secret_key_file.exists():
            write_private(self.secret_key_file, secrets.token_urlsafe(32) + "\n")
        key = self.secret_key_file.read_text().strip()
        if not key:
            raise Fault(f"{self.secret_key_file} is empty; restore it from a backup")
        return key

    def redis_socket(self) -> Path:
        """Return where Redis listens: in DIR, else where the path is short enough."""
        socket = self.run / "redis.sock"
        if len(os.fsencode(socket)) <= UNIX_PATH_MAX:
            return socket
        digest = hashlib.sha256(os.fsencode(self.path)).hexdigest()[:16]
        return _private_folder(f"tactful-{os.getuid()}-{digest}") / "redis.sock"

    def _take_lock(self) -> None:
        lock = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(lock)
            raise Fault(
                f"another `tactful up` uses {self.path}; stop it, or name another directory"
                " with --data"
            ) from error
        self._lock = lock  # open for as long as this process lives


def write_private(path: Path, text: str) -> None:
    """Write a file that only this user may read: all of it or nothing, and on the disk.

    Who could read the file that it replaces still can: `sudo tactful` takes it from nobody.
    """
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(descriptor, "w") as file:  # mkstemp's mode is 0600
        with suppress(FileNotFoundError, PermissionError):  # nor may everybody give files away
            before = path.stat()
            os.fchown(descriptor, before.st_uid, before.st_gid)
            os.fchmod(descriptor, stat.S_IMODE(before.st_mode))
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    Path(name).replace(path)


def _private_folder(name: str) -> Path:
    """Return a folder of ours in a short place; raise Fault where somebody else's is there."""
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR") or "/nowhere")
    folder = (runtime if runtime.is_dir() else Path("/tmp")) / name  # noqa: S108 - checked below
    folder.mkdir(mode=0o700, exist_ok=True)
    state = folder.lstat()
    if state.st_uid != os.getuid() or state.st_mode & 0o077 or folder.is_symlink():
        raise Fault(f"{folder} is not private to this user; remove it")
    return folder
