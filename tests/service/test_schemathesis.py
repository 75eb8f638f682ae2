import os
import subprocess
import sys
from pathlib import Path

from tests.service.running import RunningUp

ROOT = Path(__file__).parents[2]
SECONDS = int(os.environ.get("FUZZ_SECONDS", "30"))  # `make fuzz` takes longer


def test_schemathesis_finds_nothing(tmp_path: Path) -> None:
    with RunningUp(tmp_path / "data") as up:
        command = [sys.executable, "-m", "schemathesis.cli", "run", f"{up.url}/openapi.json"]
        command += ["--header", f"Authorization: Bearer {up.credentials['api_key']}"]
        command += ["--checks", "all", "--generation-deterministic", "--max-examples", "25"]
        command += ["--max-time", str(SECONDS), "--continue-on-failure", "--no-color"]
        run = subprocess.run(
            command,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=SECONDS + 90,
            check=False,
        )
    assert run.returncode == 0, run.stdout[-8000:] + run.stderr[-2000:]
