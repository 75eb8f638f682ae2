"""An image, built with buildah from this checkout, and a container of it, without a daemon.

buildah's `chroot` isolation and its `vfs` driver need no user namespaces and no overlay file
system, so this works inside most sandboxes. The base image is a Debian of its own: no registry
of images is asked.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from tests.servers import wait_until

ROOT = Path(__file__).parents[2]
DEBIAN = "bookworm"
ANY_IMAGE = {"default": [{"type": "insecureAcceptAnything"}]}


@dataclass(frozen=True)
class Buildah:
    """Where buildah keeps what it makes."""

    folder: Path

    def __call__(self, command: str, *arguments: str) -> str:
        """Run a command; return what it printed."""
        places = ["--root", str(self.folder / "root"), "--runroot", str(self.folder / "run")]
        options = ["--storage-driver", "vfs", *places, command]
        if command in {"from", "commit", "build"}:
            policy = self.folder / "policy.json"
            policy.write_text(json.dumps(ANY_IMAGE))
            options.append(f"--signature-policy={policy}")
        ended = subprocess.run(
            ["buildah", *options, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert ended.returncode == 0, (ended.stdout + ended.stderr)[-4000:]
        return ended.stdout.strip()

    def make_base(self) -> str:
        """Return the name of a new image of Debian with its Python."""
        tar = self.folder / "base.tar"
        options = ["--quiet", "--variant=apt", "--include=python3,python3-venv,passwd"]
        options += ["--dpkgopt=force-unsafe-io", "--dpkgopt=path-exclude=/usr/share/doc/*"]
        environment = os.environ | {"TMPDIR": str(self.folder)}
        subprocess.run(["mmdebstrap", *options, DEBIAN, str(tar)], env=environment, check=True)
        container = self("from", "scratch")
        self("add", "--quiet", container, str(tar), "/")
        self("commit", "--quiet", container, "localhost/debian-python")
        self("rm", container)
        tar.unlink()
        return "localhost/debian-python"

    def build(self, base: str) -> str:
        """Return the name of the image that the Dockerfile makes on that base, offline."""
        wheels = [sys.executable, "deploy/wheelhouse.py", "--python", "3.11"]
        subprocess.run(wheels, cwd=ROOT, check=True)
        arguments = [f"--build-arg={each}" for each in (f"BASE={base}", "PIP_NO_INDEX=1")]
        options = ["--isolation=chroot", "--layers=false", "--pull-never", "--format=docker"]
        self("build", *options, *arguments, "--tag=localhost/tactful", ".")
        return "localhost/tactful"


@dataclass(frozen=True)
class Image:
    """Its files, unpacked, and what its Dockerfile says of how to start it."""

    root: Path
    config: dict[str, Any]

    @property
    def python(self) -> Path:
        """The folder of what is installed."""
        (found,) = self.root.glob("opt/tactful/lib/python3*/site-packages")
        return found

    @property
    def environment(self) -> Mapping[str, str]:
        return dict(pair.split("=", 1) for pair in self.config["Env"])


@dataclass(frozen=True)
class Container:
    """A running one. `init` is its first process, as we see it from outside."""

    image: Image
    init: psutil.Process
    log: Path

    def run(self, *command: str) -> "subprocess.CompletedProcess[str]":
        """Run a command inside, as the image's user (`docker exec`)."""
        user = self.image.config["User"]
        enter = ["nsenter", "--target", str(self.init.pid), "--net", "--mount", "--pid", "--root"]
        enter += ["--wdns=/", "--setgid", user, "--setuid", user, "--"]
        return subprocess.run(
            [*enter, *command],
            env=self.image.environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


@contextmanager
def running(image: Image, data: Path, log: Path) -> Iterator[Container]:
    """Start what the image starts: `docker run --read-only --tmpfs /tmp -v DATA:/data`.

    At the end it is asked to stop, as the first process of its container, and must obey.
    """
    user, config = image.config["User"], image.config
    contained = [sys.executable, str(Path(__file__).with_name("contained.py"))]
    command = ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", *contained]
    command += [str(image.root), str(data), user, "--", *config["Entrypoint"], *config["Cmd"]]
    with log.open("w") as output:
        outer = subprocess.Popen(command, env=image.environment, stdout=output, stderr=output)
    try:
        wait_until(lambda: "ready: " in log.read_text() or outer.poll() is not None, 120, "slow")
        assert outer.poll() is None, log.read_text()
        (init,) = psutil.Process(outer.pid).children()
        yield Container(image, init, log)
        init.terminate()
        assert outer.wait(60) == 0, log.read_text()
    finally:
        outer.kill()
