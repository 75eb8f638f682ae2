"""Become a container: `unshare --mount --net --pid --fork contained.py ROOT DATA UID -- COMMAND`.

What an orchestrator does for `read_only: true` with a tmpfs on /tmp and a volume on /data, done
by hand where there is no container runtime: the root file system is read-only, the user is not
root and cannot become it, and the network is a loopback of its own.
"""

import fcntl
import os
import socket
import struct
import subprocess
import sys
from pathlib import Path

SIOCSIFFLAGS, IFF_UP = 0x8914, 0x1  # linux/sockios.h, linux/if.h
DEVICES = ("null", "zero", "random", "urandom")


def mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True)


def prepare(root: Path, data: Path) -> None:
    mount("--make-rprivate", "/")
    mount("--bind", str(root), str(root))
    mount("-t", "tmpfs", "tmpfs", str(root / "dev"))
    for name in DEVICES:
        (root / "dev" / name).touch()
        mount("--bind", f"/dev/{name}", str(root / "dev" / name))
    (root / "dev" / "shm").mkdir(mode=0o1777)
    (root / "dev" / "shm").chmod(0o1777)
    mount("-t", "tmpfs", "-o", "mode=1777", "tmpfs", str(root / "tmp"))
    mount("-t", "proc", "proc", str(root / "proc"))
    mount("--bind", str(data), str(root / "data"))
    mount("-o", "remount,bind,ro", str(root))


def raise_loopback() -> None:
    with socket.socket() as any_socket:
        request = struct.pack("16sH14x", b"lo", IFF_UP)
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, request)


def main() -> None:
    root, data, user, _, *command = sys.argv[1:]
    prepare(Path(root), Path(data))
    raise_loopback()
    os.chdir("/")
    arguments = ["setpriv", "--no-new-privs", "chroot", f"--userspec={user}:{user}", root, *command]
    os.execvp(arguments[0], arguments)


if __name__ == "__main__":
    main()
