"""Backups: taken from a running `up`, restored elsewhere, and it goes on from there."""

import shutil
import signal
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from store.database import sqlite_url
from tests.receivers import Receiver, running_receiver
from tests.service.running import RunningUp, tactful, wait_for_end
from tests.service.test_up_faults import complaint, up_fails
from workers.signing import sign

ALLOW = {"TACTFUL_WEBHOOK_ALLOW": "127.0.0.0/8"}
PENDING = 3


class Backed:
    """A backup that was taken while comments were pending, and what its `up` had handed out."""

    def __init__(self, folder: Path, receiver: Receiver) -> None:
        self.file = folder / "backup.db"
        self.receiver = receiver
        with RunningUp(folder / "data", **ALLOW) as up:
            api = up.api()
            made = api.post("/v1/webhooks", json={"url": receiver.url}).json()
            self.secret, self.webhook = made["secret"], made["id"]
            api.post("/v1/comments", json={"body": "Judged"}, headers={"Prefer": "wait=20"})
            receiver.wait_for(1, seconds=30)
            worker, family = up.child("worker", "score"), up.children()
            worker.send_signal(signal.SIGSTOP)
            self.pending = [
                api.post("/v1/comments", json={"body": f"Pending {number}"}).json()["id"]
                for number in range(PENDING)
            ]
            self.said = tactful("db", "backup", str(self.file), TACTFUL_DATA=str(up.data_dir))
            self.live = complaint("db", "restore", str(self.file), "--data", str(up.data_dir))
            self.credentials = up.credentials
            up.kill9()
            worker.kill()
            assert wait_for_end(family, 20) == []


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with running_receiver() as receiver:
        yield receiver


@pytest.fixture(scope="module")
def backed(tmp_path_factory: pytest.TempPathFactory, receiver: Receiver) -> Backed:
    return Backed(tmp_path_factory.mktemp("backup"), receiver)


def test_a_backup_is_one_private_file_of_a_whole_database(backed: Backed) -> None:
    assert (backed.said.returncode, backed.said.stderr) == (0, "")
    assert "with credentials.json, curlrc, secret.key" in backed.said.stdout
    assert stat.S_IMODE(backed.file.stat().st_mode) == 0o600
    assert [path.name for path in backed.file.parent.glob("*backup*")] == ["backup.db"]
    with closing(sqlite3.connect(backed.file)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        query = "SELECT count(*) FROM comments WHERE status = 'pending'"
        assert database.execute(query).fetchone() == (PENDING,)


def test_a_restored_directory_goes_on_with_what_was_pending(
    backed: Backed, receiver: Receiver, tmp_path: Path
) -> None:
    data = tmp_path / "elsewhere"
    restored = tactful("db", "restore", str(backed.file), "--data", str(data))
    assert restored.returncode == 0, restored.stderr
    with RunningUp(data, **ALLOW) as up:
        assert up.credentials["api_key"] == backed.credentials["api_key"]
        receiver.wait_for(1 + PENDING, seconds=30)
        items = up.api().get("/v1/comments").json()["items"]
        assert {item["status"] for item in items} == {"scored"}
        assert len(items) == 1 + PENDING
        told = {one.data["id"]: one for one in receiver.of_type("comment.verdict")}
        assert set(backed.pending) <= set(told)
        last = told[backed.pending[-1]]
        signed = (last.headers["webhook-id"], int(last.headers["webhook-timestamp"]), last.body)
        assert last.headers["webhook-signature"] == sign([backed.secret], *signed)
        with closing(sqlite3.connect(data / "tactful.db")) as database:
            tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
    assert "backup_files" not in tables
    replaced = tactful("db", "restore", str(backed.file), "--data", str(data))
    assert replaced.stdout.count("moved aside: ") == 2, replaced  # the database, and its new URL
    assert len(list(data.glob("before-*-tactful.db"))) == 1


def test_nothing_is_restored_where_an_up_runs(backed: Backed) -> None:
    assert backed.live.startswith("another `tactful up` uses ")


def test_a_backup_of_a_newer_schema_is_refused_and_nothing_is_changed(
    backed: Backed, tmp_path: Path
) -> None:
    newer = tmp_path / "newer.db"
    shutil.copy(backed.file, newer)
    with closing(sqlite3.connect(newer)) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999_needs_9000'")
        database.commit()
    said = complaint("db", "restore", str(newer), "--data", str(tmp_path / "data"))
    assert "has schema 9999_needs_9000, which this version of Tactful cannot live with" in said
    assert not list((tmp_path / "data").glob("*.db*"))


def test_what_is_no_backup_is_refused(tmp_path: Path) -> None:
    data, text, other = tmp_path / "data", tmp_path / "text.db", tmp_path / "other.db"
    text.write_text("not a database, but long enough to be looked at as one" * 20)
    with closing(sqlite3.connect(other)) as database:
        database.execute("CREATE TABLE t (a)")
    for file, reason in ((text, "is no backup"), (other, "none of Tactful's")):
        assert reason in complaint("db", "restore", str(file), "--data", str(data))
    assert "there is no file" in complaint(
        "db", "restore", str(tmp_path / "x"), "--data", str(data)
    )
    assert "there is no database" in complaint("db", "backup", str(text), "--data", str(data))


def test_keys_can_be_kept_apart(backed: Backed, tmp_path: Path) -> None:
    data, bare = tmp_path / "data", tmp_path / "bare.db"
    assert tactful("db", "restore", str(backed.file), "--data", str(data)).returncode == 0
    key = (data / "secret.key").read_text().strip()
    said = tactful("db", "backup", str(bare), "--data", str(data), "--without-keys")
    assert said.stdout.endswith("without keys\n"), said
    assert key.encode() not in bare.read_bytes()
    assert key.encode() not in (data / "tactful.db").read_bytes()


def test_a_key_that_does_not_open_what_is_stored_stops_every_start_until_it_is_mended(
    backed: Backed, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    assert tactful("db", "restore", str(backed.file), "--data", str(data)).returncode == 0
    (data / "secret.key").unlink()
    assert "TACTFUL_SECRET_KEY (of `tactful up`: secret.key in its dir" in up_fails(data)
    env = {
        "TACTFUL_DATABASE_URL": sqlite_url(data / "tactful.db"),
        "TACTFUL_REDIS_URL": "redis://127.0.0.1:1/0",
        "TACTFUL_SECRET_KEY": "another key, as long",
    }
    for process in ("web", "worker"):
        assert "have `tactful db reseal` make new ones" in complaint(process, **env)
    webhook, url, secret = tactful("db", "reseal", **env).stdout.split()
    assert (webhook, url, secret[:6]) == (backed.webhook, backed.receiver.url, "whsec_")
    assert "nothing was changed" in tactful("db", "reseal", **env).stdout


def test_a_file_that_a_setting_names_is_restored_by_hand(tmp_path: Path) -> None:
    url = {"TACTFUL_DATABASE_URL": sqlite_url(tmp_path / "x.db")}
    said = complaint("db", "restore", str(tmp_path / "y.db"), **url)
    assert "put DIR/tactful.db in the place of the file that it names" in said


def test_a_postgresql_is_left_to_its_own_tools(tmp_path: Path) -> None:
    url = {"TACTFUL_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"}
    for word in ("backup", "restore"):
        assert "pg_dump --format=custom" in complaint("db", word, str(tmp_path / "x.db"), **url)
