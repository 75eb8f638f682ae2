"""An image, built with buildah from this checkout, and a container of it, without a daemon.

buildah's `chroot` isolation and its `vfs` driver need no user namespaces and no overlay file
system, so this works inside most sandboxes. The base image is a Debian of its own: no registry
of images is asked.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psutil

from tests.servers import wait_until

ROOT = Path(__file__).parents[2]
DEBIAN = "bookworm"
ASK = "import urllib.request as u; print(u.urlopen('http://127.0.0.1:8080{}', timeout=9).read())"
SUBMIT = """
import json, urllib.request as u
c = json.load(open('/data/credentials.json'))
h = {{'Authorization': 'Bearer ' + c['api_key'], 'Prefer': 'wait=20'}}
h['Content-Type'] = 'application/json'
r = u.Request(c['url'] + '/v1/comments', json.dumps({{'body': '{}'}}).encode(), h)
print(json.dumps(json.load(u.urlopen(r))['verdict']))
"""
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

    def build(self, base: str, target: str, *more: str) -> str:
        """Return the name of the image that the Dockerfile makes on that base, offline."""
        name = f"localhost/tactful-{target}"
        arguments = [f"--build-arg={each}" for each in (f"BASE={base}", "PIP_NO_INDEX=1")]
        options = ["--isolation=chroot", "--layers=false", "--pull-never", "--format=docker"]
        self("build", *options, *arguments, *more, f"--target={target}", f"--tag={name}", ".")
        return name

    @contextmanager
    def unpacked(self, name: str) -> Iterator["Image"]:
        """Give an image's files."""
        told = json.loads(self("inspect", "--type=image", name))
        container = self("from", "--pull-never", name)
        yield Image(Path(self("mount", container)), told["Docker"]["config"])
        self("umount", container)
        self("rm", container)


def fill_wheelhouse(*options: str) -> None:
    """Download what the image is made of, for Debian's Python."""
    wheels = [sys.executable, "deploy/wheelhouse.py", "--python", "3.11", *options]
    subprocess.run(wheels, cwd=ROOT, check=True)


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

    def with_setting(self, name: str, value: str) -> "Image":
        """Return it as `docker run --env NAME=VALUE` starts it."""
        return replace(self, config=self.config | {"Env": [*self.config["Env"], f"{name}={value}"]})


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

    def ask(self, path: str) -> str:
        """Return what the service answers to a GET."""
        answer = self.run("python", "-c", ASK.format(path))
        assert answer.returncode == 0, answer.stderr
        return answer.stdout

    def judged(self, body: str) -> dict[str, Any]:
        """Submit a comment; return its verdict."""
        answer = self.run("python", "-c", SUBMIT.format(body))
        assert answer.returncode == 0, answer.stderr
        return dict(json.loads(answer.stdout))


def volume(folder: Path, image: Image) -> Path:
    """Return a new volume that belongs to the image's user."""
    data, user = folder / "data", int(image.config["User"])
    data.mkdir(mode=0o700)
    shutil.chown(data, user, user)
    return data


@contextmanager
def running(image: Image, folder: Path) -> Iterator[Container]:
    """Start what the image starts: `docker run --read-only --tmpfs /tmp -v DATA:/data`.

    At the end it is asked to stop, as the first process of its container, and must obey.
    """
    user, config, log = image.config["User"], image.config, folder / "log"
    data = volume(folder, image)
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
