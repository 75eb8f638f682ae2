"""The faults of time: clocks that jump, and versions that overlap."""

import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tests.earlier import earlier_commit, git
from tests.faults.fault import Fault, Strike
from tests.faults.of_production import GRACE_SECONDS
from tests.faults.processes import KeptProcess
from tests.faults.production import ROOT, Production
from tests.faults.traffic import Platform
from tests.service.running import command_line

OVERLAP_SECONDS = 3.0


class Clocked(Production):
    """Production whose processes read a clock that a fault can set (`clock.c`)."""

    def _start(self, stack: contextlib.ExitStack) -> None:
        source, library = Path(__file__).with_name("clock.c"), self.folder / "clock.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-o", library, source], check=True)
        self.set_clock(0)
        super()._start(stack)

    def environment(self) -> dict[str, str]:
        """Return what the processes get."""
        clock = {"LD_PRELOAD": str(self.folder / "clock.so")}
        return super().environment() | clock | {"FAULTS_CLOCK": str(self.folder / "clock")}

    def set_clock(self, seconds: int) -> None:
        """Let the processes' clock be so many seconds ahead (or behind)."""
        fresh = self.folder / "clock.new"
        fresh.write_text(str(seconds))
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
    """Production of the release before this one, on the schema of its time."""

    def _start(self, stack: contextlib.ExitStack) -> None:
        self.tree = self.folder / "earlier"
        self.tree.mkdir()
        archive = git("archive", earlier_commit())
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
    """Migrate under the earlier version, run this one's workers beside its own, replace all.

    It is over when the last process of the earlier version is.
    """
    environment = stage.environment()
    subprocess.run(command_line("db", "upgrade"), cwd=ROOT, env=environment, check=True)
    earlier = dict(stage.processes)
    for name in ("score", "deliver"):
        command, log = command_line("worker", "--queue", name), stage.folder / f"new {name}.log"
        stage.processes[f"new {name}"] = KeptProcess(name, command, environment, log, ROOT)
    time.sleep(OVERLAP_SECONDS)
    for name in ("cron", "score", "deliver", "web"):
        earlier[name].stop(GRACE_SECONDS)
        words = earlier[name].command[3:]
        earlier[name].command, earlier[name].cwd = command_line(*words), ROOT
        earlier[name].held_down = False
    yield


CLOCK_FAULTS: list[Fault[Clocked]] = [
    Fault("clock an hour ahead, then right", clock_set(3600), lasts=4, times=2),
    Fault("clock an hour behind, then right", clock_set(-3600), lasts=4, times=2),
]
UPGRADE_FAULTS: list[Fault[Earlier]] = [
    Fault("two versions at once, migration under traffic", upgraded),
]
