"""`make audit` never says that all is well when it does not know."""

import json
import subprocess
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

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


def told_by(export: Path, *affected: dict[str, Any], **more: Any) -> tuple[int, str]:
    """Return the status and the words of an audit by a file with one vulnerability."""
    document = {"id": "OSV-1", "modified": "2026-11-30T00:00:00Z", "affected": affected, **more}
    with zipfile.ZipFile(export, "w") as written:
        written.writestr("OSV-1.json", json.dumps(document))
    script = AUDIT.parents[1] / "deploy" / "offline_audit.py"
    command = [sys.executable, str(script), str(export)]
    ran = subprocess.run(command, check=False, capture_output=True, text=True)
    return ran.returncode, ran.stdout + ran.stderr


def test_with_a_file_nobody_is_asked(tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text('#!/bin/sh\n[ $2 = pip ] || echo "$@"\n')
    python.chmod(0o700)
    env = {"PYTHON": str(python), "PATH": "/usr/bin:/bin", "OSV_DATABASE": "all.zip"}
    ran = subprocess.run([AUDIT], check=True, env=env, capture_output=True, text=True)
    assert ran.stdout == "deploy/offline_audit.py all.zip\n"


def of_flask(*events: dict[str, str], **more: Any) -> dict[str, Any]:
    ranges = [{"type": "ECOSYSTEM", "events": list(events)}]
    return {"package": {"ecosystem": "PyPI", "name": "Flask"}, "ranges": ranges, **more}


def test_a_file_tells_what_is_affected_without_asking_anybody(tmp_path: Path) -> None:
    export, flask = tmp_path / "all.zip", version("flask")
    named = f"Flask {flask}: OSV-1"
    for affected in (
        of_flask({"introduced": "0"}),
        of_flask({"introduced": "0"}, {"fixed": "999"}),
        of_flask({"introduced": "1"}, {"last_affected": flask}),
        of_flask(versions=[flask]),
    ):
        status, said = told_by(export, affected)
        assert (status, named in said) == (1, True), said
    fixed = of_flask({"introduced": "0"}, {"fixed": flask}, {"introduced": "999"})
    past = of_flask({"introduced": "0"}, {"last_affected": "0.1"})
    status, said = told_by(export, fixed, past)
    assert (status, named in said) == (0, False), said
    assert "0 known vulnerabilities, by a file whose newest entry is of 2026-11-30" in said


def test_a_file_that_knows_nothing_is_not_taken_for_all_is_well(tmp_path: Path) -> None:
    other = of_flask({"introduced": "0"}) | {"package": {"ecosystem": "npm", "name": "flask"}}
    for affected, more in ((other, {}), (of_flask({"introduced": "0"}), {"withdrawn": "2026"})):
        status, said = told_by(tmp_path / "all.zip", affected, **more)
        assert status == 1
        assert "names no package of PyPI: is it OSV's export?" in said
