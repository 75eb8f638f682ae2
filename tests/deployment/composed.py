"""compose.yaml as processes of this machine: the commands, settings and checks that stand there.

There is no Docker here. What is exchanged is what a container has to itself: its name in the
network for an address of ours, its /tmp for a folder, its port 9100 for a free one.
"""

import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.deployment.processes import listens_to_sigterm
from tests.servers import free_port, wait_until
from tests.service.running import command_line, environment

ROOT = Path(__file__).parents[2]
ENDED_WELL = "service_completed_successfully"
SECONDS = 120


def secrets(folder: Path) -> dict[str, str]:
    """Return what `deploy/make-env.sh` writes into .env."""
    script = folder / "deploy" / "make-env.sh"
    script.parent.mkdir()
    script.write_bytes((ROOT / "deploy" / "make-env.sh").read_bytes())
    subprocess.run(["sh", script], check=True, capture_output=True)
    return dict(line.split("=", 1) for line in (folder / ".env").read_text().splitlines())


@dataclass
class Composed:
    """The services of ours in compose.yaml, of which some run."""

    folder: Path
    database_url: str
    redis_url: str
    ports: dict[str, int] = field(default_factory=dict)  # of the metrics, by service
    web_port: int = field(default_factory=free_port)

    def __post_init__(self) -> None:
        self._secrets = secrets(self.folder)
        text = re.sub(
            r"\$\{(\w+):\?[^}]*\}",
            lambda m: self._secrets[m[1]],
            (ROOT / "compose.yaml").read_text(),
        )
        services = yaml.safe_load(text)["services"]
        self.valkey = services["valkey"]
        self.services = {n: s for n, s in services.items() if s["image"].startswith("tactful")}
        self.ports = {name: free_port() for name in self.services}
        self.ended: dict[str, int] = {}

    def settings(self, name: str) -> dict[str, str]:
        """Return a service's environment."""
        given = self.services[name]["environment"]
        return {key: self._here(name, str(value)) for key, value in given.items()}

    def check(self, name: str) -> "subprocess.CompletedProcess[str]":
        """Run a service's health check: its own, else the image's."""
        kind, *command = self._health_check(name)
        return self.inside(name, *(["sh", "-c"] if kind == "CMD-SHELL" else []), *command)

    def inside(self, name: str, *command: str) -> "subprocess.CompletedProcess[str]":
        """Run a command where the service is."""
        here = [self._here(name, word) for word in command]
        return subprocess.run(here, capture_output=True, text=True, timeout=30, check=False)

    def run(self, name: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run a command with a service's settings, as `docker compose exec` or `run` does."""
        return subprocess.run(
            command_line(*arguments),
            env=environment(**self.settings(name)),
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )

    @contextmanager
    def up(self) -> Iterator[None]:
        """Run all of them, each when what it depends on is as it wants it."""
        with ExitStack() as running:
            waiting = dict(self.services)
            while waiting:
                name = next(name for name in waiting if self._may_start(name))
                running.enter_context(self._started(name, waiting.pop(name)))
            yield

    def _may_start(self, name: str) -> bool:
        wanted: Mapping[str, Mapping[str, str]] = self.services[name]["depends_on"]
        done = {other for other, how in wanted.items() if how["condition"] == ENDED_WELL}
        return all(self.ended.get(other) == 0 for other in done)

    @contextmanager
    def _started(self, name: str, service: Mapping[str, Any]) -> Iterator[None]:
        (self.folder / name).mkdir()
        command = [self._here(name, word) for word in service["command"]]
        if service["restart"] == "on-failure":  # it is to end
            ended = self.run(name, *command)
            assert ended.returncode == 0, ended.stderr
            self.ended[name] = ended.returncode
            yield
            return
        with (self.folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                command_line(*command),
                env=environment(**self.settings(name)),
                stdout=log,
                stderr=log,
            )
        try:
            wait_until(lambda: listens_to_sigterm(process), SECONDS, f"{name} never listens")
            yield
            process.terminate()
            grace = int(service.get("stop_grace_period", "10s").removesuffix("s"))
            assert process.wait(grace) == 0, (self.folder / f"{name}.log").read_text()
        finally:
            process.kill()

    def _health_check(self, name: str) -> list[str]:
        own = self.services[name].get("healthcheck")
        if own is not None:
            return list(own["test"])
        found = re.search(r"^HEALTHCHECK .*?CMD \\\n\s*(\[.*\])$", _dockerfile(), re.MULTILINE)
        assert found is not None
        return ["CMD", *yaml.safe_load(found[1])]

    def _here(self, name: str, value: str) -> str:
        if value.startswith("postgresql://"):
            password = self._secrets["POSTGRES_PASSWORD"]
            assert value == f"postgresql://tactful:{password}@postgres/tactful"
            return self.database_url
        for there, here in (
            (f"redis://:{self._secrets['VALKEY_PASSWORD']}@valkey:6379/0", self.redis_url),
            ("0.0.0.0:9100", f"127.0.0.1:{self.ports[name]}"),
            ("/tmp/", f"{self.folder / name}/"),
            ("8080", str(self.web_port)),
        ):
            value = value.replace(there, here)
        return value


def _dockerfile() -> str:
    return (ROOT / "Dockerfile").read_text()
