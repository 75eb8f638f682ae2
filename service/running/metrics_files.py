"""The files through which processes add up their metrics (prometheus_client's multiprocess mode).

Each process writes a file of its own. When it ends, what it counted is added to one file of all
that ended, so that restarts neither lose a count nor leave a file each. Whoever reads or adds
up holds a lock: between the two steps of adding up, a reader would count twice.

The folder must be named in the environment before prometheus_client is imported, so nothing
here imports it before it is needed.
"""

import atexit
import contextlib
import fcntl
import os
import shutil
import struct
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psutil

from service.settings import METRICS_FOLDER_VARIABLE

ADDED_UP = ("counter", "histogram")  # kinds whose values of several processes have a sum
ENDED = "ended"  # in the place of a process id
ROOM = 1 << 18  # bytes, of some thousand series
_USED = struct.Struct("i")  # what a file begins with: how many bytes of it are used


def share_metrics() -> None:
    """Name a fresh folder for this process and its children, unless the environment does.

    In either case, reserve room for what this process will count.
    """
    if METRICS_FOLDER_VARIABLE not in os.environ:
        os.environ[METRICS_FOLDER_VARIABLE] = folder = tempfile.mkdtemp(prefix="tactful-metrics-")
        atexit.register(_remove, folder, os.getpid())
    reserve_room()


def reserve_room() -> None:
    """Take this process's room on the disk before it counts anything.

    A mapped file without room, on a disk that has become full, ends the process at the next
    count (SIGBUS). Where there is none now, it has to do without.
    """
    if (folder := shared_folder()) is not None and folder.is_dir():
        for kind in ADDED_UP:
            _reserve(folder / f"{kind}_{os.getpid()}.db", ROOM)


def shared_folder() -> Path | None:
    """Return the folder that the environment names."""
    folder = os.environ.get(METRICS_FOLDER_VARIABLE)
    return Path(folder) if folder else None


def keep_counts_of_ended(pid: int, folder: Path | None = None) -> None:
    """Add what `pid`, which ended, and others that ended have counted to what is kept."""
    folder = folder or shared_folder()
    if folder is None or not folder.is_dir():
        return
    with locked(folder, fcntl.LOCK_EX):
        for kind in ADDED_UP:
            ended = [file for file in folder.glob(f"{kind}_*.db") if _has_ended(file, pid)]
            if ended:
                _add_up(folder, kind, ended)


@contextlib.contextmanager
def locked(folder: Path, how: int) -> Iterator[None]:
    """Hold the folder's lock, `fcntl.LOCK_SH` to read and `LOCK_EX` to add up."""
    with (folder / "lock").open("ab") as file:
        fcntl.flock(file, how)
        yield


def _has_ended(file: Path, pid: int) -> bool:
    name = file.stem.rpartition("_")[2]
    ended = name.isdecimal() and (int(name) == pid or not _runs(int(name)))
    return ended and file.stat().st_size > 0  # it may have ended before it wrote anything


def _runs(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _add_up(folder: Path, kind: str, files: list[Path]) -> None:
    from prometheus_client.mmap_dict import MmapedDict  # noqa: PLC0415 - see above

    kept = folder / f"{kind}_{ENDED}.db"
    sums: Counter[str] = Counter()
    for file in [kept, *files] if kept.exists() else files:
        for key, value, *_ in MmapedDict.read_all_values_from_file(file):  # type: ignore[no-untyped-call]
            sums[key] += value
    fresh = folder / f"{kind}_{ENDED}.new"
    fresh.unlink(missing_ok=True)
    if not _reserve(fresh, sum(map(_used, [kept, *files])) + ROOM):
        return  # all is still there, and is added up when there is room
    written = MmapedDict(str(fresh))  # type: ignore[no-untyped-call]
    for key, value in sums.items():
        written.write_value(key, value, 0.0)  # type: ignore[no-untyped-call]
    written.close()  # type: ignore[no-untyped-call]
    fresh.replace(kept)
    for file in files:
        file.unlink()


def _reserve(file: Path, size: int) -> bool:
    """Make a file that has so many bytes of the disk; return whether there were as many."""
    try:
        with file.open("xb") as opened:
            os.posix_fallocate(opened.fileno(), 0, size)
    except FileExistsError:
        return True
    except OSError:
        file.unlink(missing_ok=True)
        return False
    return True


def _used(file: Path) -> int:
    if not file.exists():
        return 0
    with file.open("rb") as opened:
        head = opened.read(_USED.size)
    return int(_USED.unpack(head)[0]) if len(head) == _USED.size else 0


def _remove(folder: str, owner: int) -> None:
    if os.getpid() == owner:  # a fork runs this too when it ends
        shutil.rmtree(folder, ignore_errors=True)
