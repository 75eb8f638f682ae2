"""The supervisor: what ends is started again, and all ends in order."""

import contextlib
import os
import signal
import sys
import time
from pathlib import Path

import psutil
import pytest

from service.faults import RESTART_IS_NO_USE, Fault
from service.running.child import FIRST_PAUSE, LONGEST_PAUSE, STABLE_SECONDS, Child, ChildSpec
from service.running.supervisor import Supervisor


def python(code: str, name: str = "child", stop_stage: int = 0) -> ChildSpec:
    return ChildSpec(name, (sys.executable, "-c", code), stop_stage=stop_stage, stop_seconds=1.0)


def steps(supervisor: Supervisor, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        supervisor.step(0.05)


@pytest.mark.parametrize("status", [0, 1, 9])
def test_whatever_its_status_a_child_is_started_again(tmp_path: Path, status: int) -> None:
    note = tmp_path / "note"
    spec = python(f"open({str(note)!r}, 'a').write('x'); raise SystemExit({status})")
    with Supervisor() as supervisor:
        supervisor.start(spec)
        steps(supervisor, 1.5)
    assert len(note.read_text()) >= 2


def test_the_pause_grows_and_is_forgotten_when_the_child_was_stable() -> None:
    child = Child(python("pass"))
    child._started_at = 100.0
    pauses = [child.pause_before_restart(100.0) for _ in range(7)]
    assert pauses == [0.2, 0.4, 0.8, 1.6, 3.2, LONGEST_PAUSE, LONGEST_PAUSE]
    assert child.pause_before_restart(100.0 + STABLE_SECONDS) == FIRST_PAUSE


def test_a_setting_that_is_wrong_ends_everything() -> None:
    with Supervisor() as supervisor:
        supervisor.start(python(f"raise SystemExit({RESTART_IS_NO_USE})"))
        with pytest.raises(Fault, match="child cannot start"):
            steps(supervisor, 10)


def test_an_end_before_it_settled_is_a_fault() -> None:
    with Supervisor() as supervisor:
        supervisor.start(python("pass"), lambda: Fault("too early"))
        with pytest.raises(Fault, match="too early"):
            steps(supervisor, 10)


def test_children_stop_stage_by_stage(tmp_path: Path) -> None:
    order = tmp_path / "order"
    code = """
import signal, sys, time
def stop(*_):
    time.sleep(0.2)
    open({order!r}, "a").write({name!r} + " ")
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
open({order!r} + {name!r}, "w").close()
time.sleep(60)
"""
    with Supervisor() as supervisor:
        for stage, name in enumerate(["web", "worker", "redis"]):
            supervisor.start(python(code.format(order=str(order), name=name), name, stage))
        while not all(Path(f"{order}{name}").exists() for name in ("web", "worker", "redis")):
            supervisor.step(0.05)
    assert order.read_text().split() == ["web", "worker", "redis"]


def test_a_child_that_will_not_end_is_killed() -> None:
    code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
    started = time.monotonic()
    with Supervisor() as supervisor:
        supervisor.start(python(code))
        steps(supervisor, 0.5)
    assert time.monotonic() - started < 10
    assert children_of(os.getpid(), "SIG_IGN") == []


def test_a_signal_ends_the_run() -> None:
    with Supervisor() as supervisor:
        supervisor.start(python("import os, signal; os.kill(os.getppid(), signal.SIGTERM)"))
        supervisor.run()
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def children_of(pid: int, word: str) -> list[psutil.Process]:
    found = []
    for process in psutil.Process(pid).children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if word in " ".join(process.cmdline()):
                found.append(process)
    return found
