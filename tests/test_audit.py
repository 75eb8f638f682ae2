"""`make audit` never says that all is well when it does not know."""

import subprocess
from pathlib import Path

import pytest

AUDIT = Path(__file__).parents[1] / ".ci" / "audit"
WELL = "No known vulnerabilities found"
FOUND = "Found 1 known vulnerability in 1 package\nName Version\nflask 0.1"
AWAY = "ERROR:pip_audit._cli:Could not connect to PyPI's vulnerability feed"
UNKNOWN = f"{WELL}\nName Skip Reason\nflask Dependency not found on PyPI and could not be audited"


@pytest.mark.parametrize(
    ("report", "status", "ends", "says_skipped"),
    [(WELL, 0, 0, False), (FOUND, 1, 1, False), (AWAY, 1, 0, True), (UNKNOWN, 0, 0, True)],
    ids=["well", "found", "away", "unknown"],
)
def test_what_is_not_known_is_said_loudly(
    tmp_path: Path, report: str, status: int, ends: int, says_skipped: bool
) -> None:
    python = tmp_path / "python"  # answers in the place of pip and pip-audit
    python.write_text(
        f"#!/bin/sh\n[ $2 = pip ] && exit 0\ncat <<'END'\n{report}\nEND\nexit {status}\n"
    )
    python.chmod(0o700)
    ran = subprocess.run(
        [AUDIT],
        check=False,
        env={"PYTHON": str(python), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
    )
    assert ran.returncode == ends, ran.stdout + ran.stderr
    assert ("AUDIT SKIPPED" in ran.stdout) is says_skipped
