"""`tactful up` when all is well."""

import re
import signal
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.service.running import RunningUp, tactful, wait_for_end


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningUp]:
    with RunningUp(tmp_path_factory.mktemp("up") / "data") as running:
        yield running


def submit(up: RunningUp, body: str) -> httpx.Response:
    return up.api().post("/v1/comments", json={"body": body}, headers={"Prefer": "wait=20"})


def test_it_says_when_it_is_ready_and_then_a_verdict_can_be_had(up: RunningUp) -> None:
    assert re.fullmatch(r"ready: http://127\.0\.0\.1:\d+", up.output[0])
    answer = submit(up, "Good morning to you all.")
    assert answer.status_code == 200
    assert answer.json()["verdict"]["action"] == "approve"


def test_it_hands_over_the_keys_in_private(up: RunningUp) -> None:
    credentials = up.credentials
    assert set(credentials) == {"url", "site", "api_key", "akismet_key", "moderator"}
    assert set(credentials["moderator"]) == {"email", "password"}
    assert (credentials["url"], credentials["site"]) == (up.url, "default")
    assert re.fullmatch(r"[a-z0-9]{12}", credentials["akismet_key"])
    for name in ("credentials.json", "secret.key", "curlrc", "tactful.db"):
        assert stat.S_IMODE((up.data_dir / name).stat().st_mode) & 0o077 == 0, name


def test_the_command_that_it_prints_works_as_printed(up: RunningUp) -> None:
    line = next(line for line in up.output if "curl" in line)
    answer = subprocess.run(line, shell=True, capture_output=True, text=True, check=True)
    assert '"verdict":{"action":"review"' in answer.stdout


def test_no_key_is_printed_or_logged(up: RunningUp) -> None:
    said = "\n".join(up.output) + up.log.read_text()
    for secret in (
        up.credentials["api_key"],
        up.credentials["moderator"]["password"],
        (up.data_dir / "secret.key").read_text().strip(),
    ):
        assert secret not in said


def test_its_metrics_are_those_of_all_processes(up: RunningUp) -> None:
    submit(up, "Is anybody counting?")
    metrics = httpx.get(f"{up.url}/metrics").text
    assert re.search(r"^tactful_comments_received_total\{.*\} [1-9]", metrics, re.M)  # the web's
    assert re.search(r"^tactful_verdicts_total\{.*\} [1-9]", metrics, re.M)  # the worker's


def test_its_redis_listens_on_no_port(up: RunningUp) -> None:
    assert [c for c in up.redis().net_connections() if c.status == "LISTEN" and c.laddr] == []


def test_a_text_that_is_analyzed_is_written_nowhere(up: RunningUp) -> None:
    said = "A zebra that nobody writes down, you idiot."
    answer = up.api().post("/v1/analyze", json={"text": said})
    assert answer.json()["scores"]["toxicity"] > 0.5
    files = [path for path in up.data_dir.rglob("*") if path.is_file()]
    assert up.data_dir / "tactful.db" in files
    assert [path for path in [*files, up.log] if b"zebra" in path.read_bytes()] == []


def test_a_trial_says_of_a_comment_what_the_service_says(up: RunningUp) -> None:
    seller = {"name": "Cheap Viagra", "url": "http://cheap-viagra.example"}
    rude = {"body": "Buy pills at http://a.example, you idiot", "author": seller}
    for comment in (rude, {"body": "Das ist wirklich nicht die Art, wie man redet"}):
        judged = up.api().post("/v1/comments", json=comment, headers={"Prefer": "wait=20"})
        tried = up.api().post("/v1/policy/test", json={"comments": [comment]}, timeout=30)
        verdict, [trial] = judged.json()["verdict"], tried.json()["judgements"]
        assert {key: verdict[key] for key in trial} == trial


def test_doctor_finds_nothing_wrong(up: RunningUp) -> None:
    checked = tactful("doctor", TACTFUL_DATA=str(up.data_dir))
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_sites_can_be_made_beside_it(up: RunningUp) -> None:
    made = tactful("site", "create", "blog", TACTFUL_DATA=str(up.data_dir))
    assert made.returncode == 0, made.stderr
    key = made.stdout.split()[1]
    answer = httpx.get(f"{up.url}/v1/comments", headers={"Authorization": f"Bearer {key}"})
    assert (answer.status_code, answer.json()["items"]) == (200, [])


def test_it_ends_cleanly_even_when_busy_and_goes_on_where_it_was(tmp_path: Path) -> None:
    with RunningUp(tmp_path / "data") as up:
        first = up.credentials
        submit(up, "Remember me.")
        for _ in range(20):
            up.api().post("/v1/comments", json={"body": "A busy moment."})
        ends_cleanly(up, signal.SIGTERM)

        (up.data_dir / "redis").mkdir()
        (up.data_dir / "redis" / "appendonly.aof").write_text("texts, from an earlier version")
        up.start()

        assert not (up.data_dir / "redis").exists()
        assert up.output == [f"ready: {up.url}"]
        assert up.credentials == first | {"url": up.url}
        assert len(up.api().get("/v1/comments").json()["items"]) == 21
        ends_cleanly(up, signal.SIGINT)


def ends_cleanly(up: RunningUp, number: signal.Signals) -> None:
    everything = up.children()
    assert up.stop(number) == 0
    assert wait_for_end(everything, 0) == []
    log = up.log.read_text()
    assert "Traceback" not in log
    assert "child_killed" not in log
    assert [file.name for file in up.data_dir.glob("tactful.db*")] == ["tactful.db"]


def test_it_uses_the_operators_database_and_redis_where_there_are_any(
    tmp_path: Path, bare_postgres_database_url: str, redis_url: str
) -> None:
    env = {"TACTFUL_DATABASE_URL": bare_postgres_database_url, "TACTFUL_REDIS_URL": redis_url}
    with RunningUp(tmp_path / "data", **env) as up:
        answer = submit(up, "What a load of bullshit.")
        assert answer.json()["verdict"]["action"] == "review"
        assert not (tmp_path / "data" / "tactful.db").exists()
        assert {"redis-server", "valkey-server"}.isdisjoint(p.name() for p in up.children())
        assert up.stop() == 0
