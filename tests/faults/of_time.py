"""The faults of time: clocks that jump, and versions that overlap."""

import contextlib
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from tests.faults.fault import Fault, Strike
from tests.faults.processes import KeptProcess
from tests.faults.production import ROOT, Production
from tests.faults.traffic import Platform
from tests.service.running import command_line

MULTIARCH = str(sysconfig.get_config_var("MULTIARCH"))
FAKETIME = Path("/usr/lib", MULTIARCH, "faketime/libfaketime.so.1")
EARLIER = "7fd6908"  # a commit whose schema is the first one
OVERLAP_SECONDS = 3.0


class Clocked(Production):
    """Production whose processes read a clock that a fault can set (libfaketime)."""

    def environment(self) -> dict[str, str]:
        self.set_clock(0)
        faked = {
            "LD_PRELOAD": str(FAKETIME),
            "FAKETIME_TIMESTAMP_FILE": str(self.folder / "clock"),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
        return super().environment() | faked

    def set_clock(self, seconds: int) -> None:
        """Let the processes' clock be so many seconds ahead (or behind)."""
        fresh = self.folder / "clock.new"
        fresh.write_text(f"{seconds:+d}\n")
        fresh.replace(self.folder / "clock")


def clock_set(seconds: int) -> Strike[Clocked]:
    """Set every process's clock, and set it right again."""

    @contextlib.contextmanager
    def strike(stage: Clocked, _platform: Platform) -> Iterator[None]:
        stage.set_clock(seconds)
        try:
            yield
        finally:
            stage.set_clock(0)

    return strike


class Earlier(Production):
    """Production of an earlier version, on the schema of its time."""

    def _start(self, stack: contextlib.ExitStack) -> None:
        self.tree = self.folder / "earlier"
        self.tree.mkdir()
        archive = subprocess.run(
            ["git", "archive", EARLIER], cwd=ROOT, capture_output=True, check=True
        )
        subprocess.run(["tar", "x", "-C", self.tree], input=archive.stdout, check=True)
        super()._start(stack)

    def own_command(self, *arguments: str) -> list[str]:
        """Return `tactful ARGUMENTS` of the earlier version; it runs in its tree."""
        return [sys.executable, "-m", "service", *arguments]

    def _migrate(self) -> None:
        command = self.own_command("db", "upgrade")
        subprocess.run(command, cwd=self.tree, env=self.environment(), check=True)

    def _processes(self) -> list[KeptProcess]:
        commands = {
            "web": ("web", "--port", str(self.port)),
            "score": ("worker", "--queue", "score"),
            "deliver": ("worker", "--queue", "deliver"),
            "cron": ("cron",),
        }
        return [
            KeptProcess(
                *(name, self.own_command(*words), self.environment()),
                *(self.folder / f"{name}.log", self.tree),
            )
            for name, words in commands.items()
        ]


@contextlib.contextmanager
def upgraded(stage: Earlier, _platform: Platform) -> Iterator[None]:
    """Migrate under the earlier version; run this one's workers beside its own; replace all."""
    environment = stage.environment()
    subprocess.run(command_line("db", "upgrade"), cwd=ROOT, env=environment, check=True)
    earlier = dict(stage.processes)
    for name in ("score", "deliver"):
        command, log = command_line("worker", "--queue", name), stage.folder / f"new {name}.log"
        stage.processes[f"new {name}"] = KeptProcess(name, command, environment, log, ROOT)
    yield
    for name in ("cron", "score", "deliver", "web"):
        earlier[name].stop(30)
        words = earlier[name].command[3:]
        earlier[name].command, earlier[name].cwd = command_line(*words), ROOT
        earlier[name].held_down = False


CLOCK_FAULTS: list[Fault[Clocked]] = [
    Fault("clock an hour ahead, then right", clock_set(3600), lasts=4, times=2),
    Fault("clock an hour behind, then right", clock_set(-3600), lasts=4, times=2),
]
UPGRADE_FAULTS: list[Fault[Earlier]] = [
    Fault("two versions at once, migration under traffic", upgraded, lasts=OVERLAP_SECONDS),
]
