"""A small disk: a file system in memory that can be filled up. Only root may mount one."""

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

MEGABYTES = 192


class SmallDisk:
    """A mounted tmpfs; where mounting is not allowed, an ordinary folder that cannot be filled."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="tactful-disk-"))
        options = f"size={MEGABYTES}m,mode=755"  # PostgreSQL's user must get to its folder
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(self.folder)]
        self.limited = os.getuid() == 0 and _succeeds(command)
        self.folder.chmod(0o755)
        self._ballast = self.folder / "ballast"

    def fill(self) -> None:
        assert self.limited, "this disk cannot be filled"
        with self._ballast.open("ab", buffering=0) as file:
            for size in (2**20, 4096, 1):
                with contextlib.suppress(OSError):
                    while file.write(b"\0" * size) == size:
                        pass

    def free(self) -> None:
        self._ballast.unlink(missing_ok=True)

    def close(self) -> None:
        if self.limited:
            subprocess.run(["umount", "-l", str(self.folder)], check=False)
        shutil.rmtree(self.folder, ignore_errors=True)


class OnSmallDisk(Protocol):
    """A stage whose database lies on a small disk."""

    disk: SmallDisk


@contextlib.contextmanager
def disk_full(stage: OnSmallDisk, _platform: object) -> Iterator[None]:
    """Fill the disk of a stage's database for a while."""
    stage.disk.fill()
    try:
        yield
    finally:
        stage.disk.free()


def _succeeds(command: list[str]) -> bool:
    return subprocess.run(command, check=False, capture_output=True).returncode == 0
