"""A rolling upgrade: old code and new code side by side on one database.

docs/decisions/0051 has the rule: migrations come first, and code lives with a newer schema that
only adds.
"""

import io
import subprocess
import tarfile
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from store.database import Database
from store.tables import metadata
from tests.deployment.processes import Installation, all_judged

ROOT = Path(__file__).parents[2]
MIGRATIONS = "store/migrations/versions"
ROOMS = ("service", "workers", "store", "rules")


def git(*arguments: str) -> "subprocess.CompletedProcess[bytes]":
    command = ["git", "-c", f"safe.directory={ROOT}", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False)


def older_commit() -> str:
    """Return the last commit before the newest migration came, else the one before this one."""
    added = ["log", "-1", "--first-parent", "-m", "--diff-filter=A", "--format=%H"]
    newest = git(*added, "--", MIGRATIONS).stdout.decode().strip()
    for candidate in (f"{newest}^", "HEAD^"):
        earlier = migrations(candidate)
        # Before the first release, migration 0001 itself was still written.
        if earlier and earlier <= migrations("HEAD"):
            return candidate
    pytest.skip("no earlier commit here: this is a shallow clone, or no clone at all")


def migrations(commit: str) -> set[bytes]:
    """Return the migrations of a commit, by name and content; none of no commit."""
    listed = git("ls-tree", f"{commit}:{MIGRATIONS}")
    return set(listed.stdout.splitlines()) if listed.returncode == 0 else set()


@pytest.fixture
def older_code(tmp_path: Path) -> Path:
    """Give the folder of an earlier commit's code."""
    packed = git("archive", older_commit(), *ROOMS)
    assert packed.returncode == 0, packed.stderr
    folder = tmp_path / "older"
    with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as archive:
        archive.extractall(folder, filter="data")
    return folder


def test_older_workers_judge_what_this_web_process_takes_in(
    installation: Installation, older_code: Path
) -> None:
    with (
        installation.web() as api,
        installation.start("worker", "--queue", "score", code=older_code),
        installation.start("cron", code=older_code),
    ):
        all_judged(api, 20)
    assert "Traceback" not in installation.log.read_text()


def test_these_workers_judge_what_an_older_web_process_takes_in(
    installation: Installation, older_code: Path
) -> None:
    with (
        installation.web(code=older_code) as api,
        installation.start("worker", "--queue", "score"),
        installation.start("cron"),
    ):
        all_judged(api, 20)
    assert "Traceback" not in installation.log.read_text()


def expand(tx: Connection) -> None:
    """Do to the schema what a later release may do."""
    for table in metadata.tables:
        tx.execute(text(f"ALTER TABLE {table} ADD COLUMN later_on VARCHAR(20) DEFAULT 'x'"))
    tx.execute(text("CREATE TABLE later_on (id INTEGER PRIMARY KEY)"))
    tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))


def test_this_code_works_on_a_schema_that_a_later_release_has_expanded(
    installation: Installation,
) -> None:
    database = Database(installation.env["TACTFUL_DATABASE_URL"])
    database.write(expand)
    database.close()
    with (
        installation.web() as api,
        installation.start("worker", "--queue", "score"),
        installation.start("cron"),
    ):
        all_judged(api, 20)
        assert api.get("/readyz").status_code == 200
        assert installation.run("db", "upgrade").stdout == "the schema is up to date\n"
        assert installation.run("site", "list").returncode == 0
    assert "Traceback" not in installation.log.read_text()
