"""The pulse: a file that a process touches as it gets on with its work, for liveness probes.

A file and not a page, because a page would be answered by another thread than the one that works.
It beats on while Redis or the database are away: a restart would mend neither.
"""

import contextlib
from pathlib import Path

_files: list[Path] = []


def keep_pulse(file: Path | None) -> None:
    """From now on, touch this file at each beat; None keeps none."""
    _files[:] = [file] if file else []


def beat() -> None:
    """Say that this process gets on with its work; never raises."""
    for file in _files:
        with contextlib.suppress(OSError):
            file.touch()
