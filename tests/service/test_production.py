"""The production processes, each started by itself, on PostgreSQL and a Redis of the operator's."""

import contextlib
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.servers import RedisServer, free_port, wait_until
from tests.service.running import command_line, environment, tactful

SECRET_KEY = "a secret key that is long enough"


@contextlib.contextmanager
def running(log: Path, *arguments: str, **env: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a process until the block ends; it must then end cleanly."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            command_line(*arguments), env=environment(**env), stdout=output, stderr=output
        )
    try:
        yield process
    finally:
        process.terminate()
        status = process.wait(30)
    assert status == 0, f"{arguments}: {status}\n{log.read_text()[-4000:]}"


@pytest.fixture
def env(bare_postgres_database_url: str, redis_server: RedisServer) -> dict[str, str]:
    redis_server.flush()
    return {
        "TACTFUL_DATABASE_URL": bare_postgres_database_url,
        "TACTFUL_REDIS_URL": redis_server.url,
        "TACTFUL_SECRET_KEY": SECRET_KEY,
    }


def test_every_process_by_itself(env: dict[str, str], tmp_path: Path) -> None:
    assert tactful("db", "upgrade", **env).stdout == "the schema was brought up to date\n"
    assert tactful("db", "upgrade", **env).stdout == "the schema is up to date\n"
    key = tactful("site", "create", "blog", **env).stdout.split()[1]
    port, metrics, log = free_port(), f"127.0.0.1:{free_port()}", tmp_path / "log"
    url = f"http://127.0.0.1:{port}"
    with contextlib.ExitStack() as stack:
        headers = {"Authorization": f"Bearer {key}"}
        client = stack.enter_context(httpx.Client(headers=headers, timeout=40))
        of_workers = f"127.0.0.1:{free_port()}"
        stack.enter_context(running(log, "worker", **env, TACTFUL_METRICS_ADDR=of_workers))
        of_cron = f"127.0.0.1:{free_port()}"
        stack.enter_context(running(log, "cron", **env, TACTFUL_METRICS_ADDR=of_cron))
        stack.enter_context(
            running(log, "web", "--port", str(port), **env, TACTFUL_METRICS_ADDR=metrics)
        )
        wait_until(lambda: answers(f"{url}/readyz"), 40, "not ready")
        answer = client.post(
            f"{url}/v1/comments", json={"body": "bullshit"}, headers={"Prefer": "wait=30"}
        )
        assert answer.json()["verdict"]["action"] == "review", log.read_text()
        assert client.get(f"{url}/metrics").status_code == 404
        counted = httpx.get(f"http://{metrics}/metrics").text
        assert re.search(r"^tactful_comments_received_total\{.*\} 1\.0$", counted, re.M)
        assert httpx.get(f"http://{metrics}/v1/comments").status_code == 404
        judged = httpx.get(f"http://{of_workers}/metrics").text
        assert re.search(r'^tactful_verdicts_total\{.*"policy"\} 1\.0$', judged, re.M)
        assert httpx.get(f"http://{of_workers}/").status_code == 404
        assert httpx.get(f"http://{of_workers}/healthz").text == "ok\n"
        told = httpx.get(f"http://{of_cron}/metrics").text
        assert set(re.findall(r'expired_comments_total\{what="(\w+)"\} 0.0', told)) == {
            "content",
            "record",
        }
        assert tactful("doctor", **env).returncode == 0
    assert "Traceback" not in log.read_text()


def answers(url: str) -> bool:
    try:
        return httpx.get(url).status_code == 200
    except httpx.TransportError:
        return False


@pytest.mark.parametrize("command", [("web",), ("worker", "--queue", "score"), ("cron",)])
@pytest.mark.parametrize("missing", ["DATABASE_URL", "REDIS_URL", "SECRET_KEY"])
def test_what_is_not_set_is_named(command: tuple[str, ...], missing: str) -> None:
    env = {
        "TACTFUL_DATABASE_URL": "postgresql://nowhere.invalid/tactful",
        "TACTFUL_REDIS_URL": "redis://127.0.0.1:1/0",
        "TACTFUL_SECRET_KEY": SECRET_KEY,
    }
    del env[f"TACTFUL_{missing}"]
    ended = tactful(*command, **env)
    assert (ended.returncode, ended.stderr.count("\n")) == (1, 1)
    assert ended.stderr.startswith(f"tactful: TACTFUL_{missing} is not set; ")


def test_doctor_names_each_fault_and_what_to_do(tmp_path: Path) -> None:
    ended = tactful(
        "doctor",
        TACTFUL_DATABASE_URL=f"sqlite:///{tmp_path / 'new.db'}",
        TACTFUL_REDIS_URL="redis://127.0.0.1:1/0",
    )
    assert ended.returncode == 1
    assert "FAULT  secret key: TACTFUL_SECRET_KEY is not set; make one with" in ended.stdout
    assert "FAULT  migrations: the schema is another version's; run `tactful db u" in ended.stdout
    assert "FAULT  redis: no answer from Redis" in ended.stdout
    assert "FAULT  cron: no answer from Redis" in ended.stdout
    assert "ok     scorer: lite" in ended.stdout


AILMENTS = {
    "full": ("config set maxmemory 1", "config set maxmemory 0", "takes no writes ("),
    "a replica": ("replicaof 127.0.0.1 1", "replicaof no one", "takes no writes ("),
    "shared": ("set rq:queue:score x", "flushall", "another program writes to rq:queue:score;"),
}


@pytest.mark.parametrize("ailment", AILMENTS)
def test_doctor_finds_out_what_ails_a_redis_that_answers(
    ailment: str, redis_server: RedisServer
) -> None:
    makes_ill, cures, told = AILMENTS[ailment]
    redis_server.flush()
    with redis_server.client() as client:
        client.execute_command(*makes_ill.split())
        try:
            ended = tactful("doctor", TACTFUL_REDIS_URL=redis_server.url)
        finally:
            client.execute_command(*cures.split())
    assert f"FAULT  redis: {told}" in ended.stdout


def test_half_of_single_sign_on_stops_web_and_nobody_else(tmp_path: Path) -> None:
    env = {
        "TACTFUL_DATABASE_URL": f"sqlite:///{tmp_path / 'new.db'}",
        "TACTFUL_REDIS_URL": "redis://127.0.0.1:1/0",
        "TACTFUL_SECRET_KEY": SECRET_KEY,
        "TACTFUL_OIDC_ISSUER": "https://id.example",
        "TACTFUL_OIDC_CLIENT_ID": "tactful",
    }
    said = "TACTFUL_OIDC_ISSUER needs TACTFUL_OIDC_CLIENT_ID and _CLIENT_SECRET"
    for command in (("web",), ("up", "--data", str(tmp_path / "data"))):
        ended = tactful(*command, **env)
        assert (ended.returncode, ended.stderr) == (1, f"tactful: {said}\n")
    note = f"note   single sign-on: web would not start with this: {said}"
    assert note in tactful("doctor", **env).stdout
    upgraded = tactful("db", "upgrade", **env)
    assert upgraded.returncode == 0, upgraded.stderr
