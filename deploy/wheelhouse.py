"""Fill wheelhouse/ with the wheels that the locks pin, for a Python that need not be this one.

`python deploy/wheelhouse.py [--python 3.12] [--with detoxify]`. pip checks every hash. It also
judges environment markers (`; python_full_version < '3.12'`) by the Python that it runs on, so
they are judged here first, for the Python that the image has.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
LOCKS = ROOT / "deploy" / "locks"
WHEELHOUSE = ROOT / "wheelhouse"
NEWEST_GLIBC = 36  # Debian bookworm's, which python:3.12-slim has or exceeds


def pinned(lock: Path, python: str) -> Iterator[str]:
    """Yield the lines of a lock that hold for that Python on Linux, without their markers."""
    environment = {
        "python_version": python,
        "python_full_version": f"{python}.0",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "sys_platform": "linux",
        "platform_system": "Linux",
        "platform_machine": "x86_64",
        "os_name": "posix",
    }
    for entry in lock.read_text().replace("\\\n", " ").splitlines():
        wanted, *hashes = entry.split(" --hash=")
        requirement = Requirement(wanted)
        if requirement.marker is None or requirement.marker.evaluate(environment):
            options = " ".join(f"--hash={one.strip()}" for one in hashes)
            yield f"{requirement.name}{requirement.specifier} {options}"


def download(locks: Sequence[str], python: str) -> None:
    """Download what the locks pin; raise CalledProcessError."""
    lines = {line for name in locks for line in pinned(LOCKS / f"{name}.txt", python)}
    platforms = [f"manylinux_2_{minor}_x86_64" for minor in range(NEWEST_GLIBC, 4, -1)]
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as wanted:
        wanted.write("\n".join(sorted(lines)))
        wanted.flush()
        command = ["download", "--quiet", "--no-deps", "--only-binary=:all:", "--require-hashes"]
        command += ["--python-version", python, "--implementation", "cp"]
        for platform in (*platforms, "manylinux2014_x86_64"):
            command += ["--platform", platform]
        command += ["--dest", str(WHEELHOUSE), "-r", wanted.name]
        subprocess.run([sys.executable, "-m", "pip", *command], check=True)  # noqa: S603 - ours


def main() -> None:
    """Read the options and download."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--python", default="3.12", help="the image's Python")
    options.add_argument("--with", dest="extras", action="append", default=[], help="detoxify")
    chosen = options.parse_args()
    download(["build", "default", *chosen.extras], chosen.python)


if __name__ == "__main__":
    main()
