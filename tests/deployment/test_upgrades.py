"""A rolling upgrade: old code and new code side by side on one database.

docs/decisions/0051 has the rule: migrations come first, and code lives with a newer schema that
only adds.
"""

import io
import tarfile
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from store.database import Database
from store.tables import metadata
from tests.deployment.processes import Installation, all_judged
from tests.earlier import earlier_commit, git

ROOMS = ("service", "workers", "store", "rules")


@pytest.fixture
def older_code(tmp_path: Path) -> Path:
    """Give the folder of an earlier commit's code."""
    packed = git("archive", earlier_commit(), *ROOMS)
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
