"""The pulse: it beats again and again while a process gets on with its work."""

import subprocess
from pathlib import Path

from tests.deployment.processes import SECRET_KEY, Installation
from tests.servers import wait_until
from tests.service.running import command_line, environment
from workers.pulse import beat, keep_pulse


def test_who_keeps_no_pulse_touches_nothing(tmp_path: Path) -> None:
    keep_pulse(tmp_path / "no such folder" / "pulse")
    beat()
    keep_pulse(None)
    beat()
    assert list(tmp_path.iterdir()) == []


def beats(file: Path) -> bool:
    """Whether it beats within the time that a worker waits for a job (RQ's own 5 s) and some."""
    file.unlink(missing_ok=True)
    wait_until(file.exists, 60, f"{file.name} does not beat")
    return True


def test_a_worker_without_redis_beats_and_says_so_once(
    tmp_path: Path, sqlite_database_url: str
) -> None:
    pulse, log = tmp_path / "pulse", tmp_path / "log"
    env = environment(
        TACTFUL_DATABASE_URL=sqlite_database_url,
        TACTFUL_REDIS_URL="redis://127.0.0.1:1/0",
        TACTFUL_SECRET_KEY=SECRET_KEY,
        TACTFUL_PULSE_FILE=str(pulse),
    )
    command = command_line("worker", "--queue", "deliver")
    with log.open("w") as output, subprocess.Popen(command, env=env, stderr=output) as worker:
        try:
            assert all(beats(pulse) for _ in range(4))
        finally:
            worker.terminate()
        assert worker.wait(30) == 0
    assert log.read_text().count("rings_not_heard") == 1


def test_workers_and_cron_beat_while_they_run(
    tmp_path: Path, postgres_database_url: str, redis_url: str
) -> None:
    installation = Installation(tmp_path, postgres_database_url, redis_url)
    file = tmp_path / "pulse"
    installation.env["TACTFUL_PULSE_FILE"] = str(file)
    for arguments in (("worker", "--queue", "deliver"), ("cron",)):
        with installation.start(*arguments):
            assert beats(file)
            assert beats(file)
