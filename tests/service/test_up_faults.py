"""`tactful up` when something is wrong: one line that says what to do, and status 1."""

import json
import socket
import sqlite3
from pathlib import Path

import pytest

from tests.service.running import RunningUp, tactful


def complaint(*arguments: str, **env: str) -> str:
    """Run a command that must fail; return the one line that it says."""
    ended = tactful(*arguments, **env)
    assert (ended.returncode, ended.stdout) == (1, ""), ended
    lines = ended.stderr.splitlines()
    assert len(lines) == 1, ended.stderr
    return lines[0].removeprefix("tactful: ")


def up_fails(data_dir: Path, *arguments: str, **env: str) -> str:
    return complaint("up", "--port", "0", "--data", str(data_dir), *arguments, **env)


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a directory that an `up` has used."""
    data_dir = tmp_path_factory.mktemp("used") / "data"
    with RunningUp(data_dir) as up:
        up.stop()
    return data_dir


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = up_fails(tmp_path / "data", "--port", str(port))
    assert said == (
        f"another program listens on 127.0.0.1:{port}; stop it, or choose another with --port"
    )


def test_a_host_that_is_nobody(tmp_path: Path) -> None:
    assert "no address no.such.host.invalid" in up_fails(
        tmp_path / "data", "--host", "no.such.host.invalid"
    )


def test_a_directory_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    assert up_fails(tmp_path / "data").endswith("data is not a directory; name another with --data")


def test_a_directory_that_cannot_be_written() -> None:
    # Root may write anywhere but here.
    assert up_fails(Path("/proc/tactful")).startswith("cannot write to /proc/tactful (")


def test_a_directory_that_another_up_uses(tmp_path: Path) -> None:
    with RunningUp(tmp_path / "data") as up:
        said = up_fails(tmp_path / "data")
        assert said.startswith("another `tactful up` uses")
        assert up.api().get("/v1/comments").status_code == 200
        assert up.stop() == 0


def test_a_database_of_a_newer_version(stopped: Path) -> None:
    with sqlite3.connect(stopped / "tactful.db") as database:
        (known,) = database.execute("SELECT version_num FROM alembic_version").fetchone()
        database.execute("UPDATE alembic_version SET version_num = '9999_needs_9999'")
    database.close()
    try:
        said = "has schema 9999_needs_9999, which this version of Tactful cannot live with"
        assert said in up_fails(stopped)
    finally:
        with sqlite3.connect(stopped / "tactful.db") as database:
            database.execute("UPDATE alembic_version SET version_num = ?", [known])
        database.close()


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "tactful.db").write_bytes(b"no database at all" * 1000)
    assert "the database cannot be used: file is not a database" in up_fails(tmp_path / "data")


@pytest.mark.parametrize("content", ["{", "[]", '{"url": "http://x"}', "\x00\x01"])
def test_credentials_that_are_damaged(stopped: Path, content: str) -> None:
    file = stopped / "credentials.json"
    good = file.read_text()
    file.write_text(content)
    try:
        assert "credentials.json is damaged; restore it, or delete it" in up_fails(stopped)
    finally:
        file.write_text(good)


def test_a_redis_that_does_not_start(stopped: Path, tmp_path: Path) -> None:
    program = tmp_path / "redis-server"
    program.write_text(
        "#!/bin/sh\necho '1:M 24 Nov 2026 # The moon is in the wrong house'\nexit 1\n"
    )
    program.chmod(0o755)
    said = up_fails(stopped, PATH=f"{tmp_path}:/usr/bin:/bin")
    assert "Redis does not start; it said: The moon is in the wrong house" in said


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        (
            "TACTFUL_SCORRER",
            "lite",
            "unknown setting TACTFUL_SCORRER; did you mean TACTFUL_SCORER?",
        ),
        ("TACTFUL_SCORER", "crystal-ball", "TACTFUL_SCORER: must be lite, detoxify:NAME"),
        ("TACTFUL_MAX_BODY_BYTES", "much", "TACTFUL_MAX_BODY_BYTES: input should be a valid int"),
    ],
)
def test_a_setting_that_is_wrong(tmp_path: Path, name: str, value: str, said: str) -> None:
    assert up_fails(tmp_path / "data", **{name: value}).startswith(said)
    assert not (tmp_path / "data").exists()


def test_a_scorer_that_is_not_installed(tmp_path: Path) -> None:
    ended = tactful(
        *("up", "--port", "0", "--data", str(tmp_path / "data")), TACTFUL_SCORER="onnx:/nowhere"
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.splitlines()[0].startswith("tactful: TACTFUL_SCORER: ")
    assert "Traceback" not in ended.stderr


def test_lost_credentials_are_made_anew_only_for_whoever_asks(stopped: Path) -> None:
    file = stopped / "credentials.json"
    old = json.loads(file.read_text())
    file.unlink()
    with RunningUp(stopped) as up:
        assert "--renew-lost-keys" in up.log.read_text()
        assert not file.exists()
        assert up.api(old["api_key"]).get("/v1/comments").status_code == 200
        assert up.stop() == 0
    with RunningUp(stopped, "--renew-lost-keys") as up:
        assert up.api(old["api_key"]).get("/v1/comments").status_code == 401
        assert up.api().get("/v1/comments").status_code == 200
        assert up.stop() == 0
