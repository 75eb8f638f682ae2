"""The tether: a child process does not outlive the process that started it.

Linux kills a tethered child when its parent ends, even by `kill -9`. Elsewhere a thread looks
for its parent every second. Run as a script, it tethers and then becomes another program:
`python tether.py PARENT_PID PROGRAM ARGUMENT…`. It imports nothing of ours, to start quickly.
"""

import ctypes
import os
import signal
import sys
import threading
import time

PARENT_VARIABLE = "_TACTFUL_PARENT"  # not TACTFUL_…, which are settings
_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_PARENT_IS_GONE = 70


def tether(parent: int) -> None:
    """End this process when the process `parent`, its parent, ends."""
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    else:
        threading.Thread(target=_watch, args=(parent,), name="tether", daemon=True).start()
    if os.getppid() != parent:  # it ended before we were tethered
        os._exit(_PARENT_IS_GONE)


def tether_if_supervised() -> None:
    """Tether a process that a supervisor started; do nothing in any other."""
    parent = os.environ.get(PARENT_VARIABLE, "")
    if parent.isdecimal():
        tether(int(parent))


def is_supervised() -> bool:
    """Whether a supervisor started this process."""
    return PARENT_VARIABLE in os.environ


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(_PARENT_IS_GONE)


if __name__ == "__main__":
    tether(int(sys.argv[1]))
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606 - the caller's program, without a shell
