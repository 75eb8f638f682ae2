"""compose.yaml at work: its processes, as they stand there, on a real PostgreSQL and Redis."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from redis import AuthenticationError, Redis
from redis import ConnectionError as RedisConnectionError

from tests.deployment.composed import ROOT, Composed
from tests.deployment.test_kubernetes import containers
from tests.servers import PostgresServer, RedisServer, free_port, redis_binary, wait_until

SECONDS = 120
OF_THE_SECRET = {"TACTFUL_DATABASE_URL", "TACTFUL_REDIS_URL", "TACTFUL_SECRET_KEY"}
OF_COMPOSE = {"TACTFUL_PULSE_FILE", "TACTFUL_METRICS_ADDR"}  # all have them there, needed or not
OF_THE_NETWORK = "TACTFUL_TRUSTED_PROXIES"  # where a proxy is, differs
EACH_SECOND = "1s\n  evaluation_interval: 1s"


@pytest.fixture(scope="module")
def composed(
    tmp_path_factory: pytest.TempPathFactory, postgres: PostgresServer, redis_server: RedisServer
) -> Iterator[Composed]:
    redis_server.flush()
    folder = tmp_path_factory.mktemp("composed")
    one = Composed(folder, postgres.create_database("composed"), redis_server.url)
    with one.up():
        yield one
    postgres.drop_database("composed")


def test_valkey_answers_nobody_without_its_password(composed: Composed, tmp_path: Path) -> None:
    program, *options = composed.valkey["command"]
    assert program == "valkey-server"
    password = options[options.index("--requirepass") + 1]
    given = composed.services["web"]["environment"]["TACTFUL_REDIS_URL"]
    assert given == f"redis://:{password}@valkey:6379/0"
    port = free_port()
    here = ["--port", str(port), "--dir", str(tmp_path), "--bind", "127.0.0.1"]
    with subprocess.Popen([redis_binary(), *options, *here], stdout=subprocess.DEVNULL) as valkey:
        try:
            client = Redis.from_url(given.replace("valkey:6379", f"127.0.0.1:{port}"))
            wait_until(lambda: answered(client), SECONDS, "it does not answer")
            with pytest.raises(AuthenticationError):
                Redis(port=port).ping()
            kind, check = composed.valkey["healthcheck"]["test"]
            assert kind == "CMD-SHELL"
            check = check.replace("valkey-cli", f"redis-cli -p {port}")
            for environment, status in ((composed.valkey["environment"], 0), ({}, 1)):
                checked = ["env", "-i", "PATH=/usr/bin:/bin", *map("=".join, environment.items())]
                ended = subprocess.run(
                    [*checked, "sh", "-c", check], capture_output=True, check=False
                )
                assert ended.returncode == status
        finally:
            valkey.kill()


def answered(client: Redis) -> bool:
    try:
        return bool(client.ping())
    except RedisConnectionError:
        return False


def healthy(composed: Composed, name: str) -> bool:
    return composed.check(name).returncode == 0


@pytest.mark.parametrize("name", ["web", "worker-score", "worker-deliver", "cron"])
def test_each_service_becomes_healthy_by_its_own_check(composed: Composed, name: str) -> None:
    wait_until(lambda: healthy(composed, name), SECONDS, f"{name} does not become healthy")


def test_a_process_that_stands_still_is_not_healthy(composed: Composed) -> None:
    pulse = Path(composed.settings("cron")["TACTFUL_PULSE_FILE"])
    with tempfile.TemporaryDirectory() as elsewhere:
        still = Composed(Path(elsewhere), composed.database_url, composed.redis_url)
        assert still.check("cron").returncode != 0  # no pulse
    assert pulse.exists()


def test_the_commands_of_the_guide_make_a_site_whose_comments_are_judged(
    composed: Composed,
) -> None:
    made = composed.run("web", "site", "create", "blog")
    assert made.returncode == 0, made.stderr
    wait_until(lambda: healthy(composed, "web"), SECONDS, "web does not become healthy")
    answer = httpx.post(
        f"http://127.0.0.1:{composed.web_port}/v1/comments",
        json={"body": "you s h i t"},
        headers={"Authorization": f"Bearer {made.stdout.split()[1]}", "Prefer": "wait=30"},
        timeout=SECONDS,
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["verdict"]["action"] == "review"


@pytest.mark.parametrize("name", ["web", "worker-score", "worker-deliver", "cron"])
def test_promtool_finds_nothing_to_improve_in_the_page_of_any_process(
    composed: Composed, name: str
) -> None:
    wait_until(lambda: healthy(composed, name), SECONDS, f"{name} does not become healthy")
    page = httpx.get(f"http://127.0.0.1:{composed.ports[name]}/metrics", timeout=SECONDS).text
    assert "tactful_" in page
    command = ["promtool", "check", "metrics"]
    checked = subprocess.run(command, input=page, capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")


def pods() -> dict[str, dict[str, Any]]:
    """Return {name: container} of what Kubernetes keeps running."""
    return {name: one for name, _, one in containers("overlays/production") if name != "migrate"}


@pytest.mark.parametrize("name", pods())
def test_kubernetes_starts_the_same_and_its_probes_succeed(composed: Composed, name: str) -> None:
    pod, service = pods()[name], composed.services[name]
    assert pod["args"] == service["command"]
    settings = {each["name"]: each["value"] for each in pod["env"]}
    for each in (settings, service["environment"]):
        each.pop(OF_THE_NETWORK, None)
    assert settings.items() <= service["environment"].items()
    assert settings.keys() | OF_THE_SECRET >= service["environment"].keys() - OF_COMPOSE
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        wait_until(lambda p=pod[probe]: probed(composed, name, p), SECONDS, f"{name}: {probe}")  # type: ignore[misc]


def probed(composed: Composed, name: str, probe: dict[str, Any]) -> bool:
    if "exec" in probe:
        return composed.inside(name, *probe["exec"]["command"]).returncode == 0
    wanted = probe["httpGet"]
    port = {"http": composed.web_port, "metrics": composed.ports[name]}[wanted["port"]]
    try:
        answer = httpx.get(f"http://127.0.0.1:{port}{wanted['path']}", timeout=SECONDS)
    except httpx.TransportError:
        return False
    return answer.status_code == 200


@contextmanager
def running_prometheus(composed: Composed, folder: Path) -> Iterator[httpx.Client]:
    """Run Prometheus on its file of compose.yaml, with our addresses, asking more often."""
    text = (ROOT / "deploy/prometheus/prometheus.yml").read_text()
    for name, port in composed.ports.items():
        text = text.replace(f'"{name}:9100"', f'"127.0.0.1:{port}"')
    (folder / "prometheus.yml").write_text(text.replace("15s", EACH_SECOND))
    (folder / "alerts.yml").write_bytes((ROOT / "deploy/prometheus/alerts.yml").read_bytes())
    url = f"127.0.0.1:{free_port()}"
    options = [f"--config.file={folder / 'prometheus.yml'}", f"--storage.tsdb.path={folder / 'db'}"]
    with (folder / "log").open("w") as log:
        command = ["prometheus", *options, f"--web.listen-address={url}"]
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        with httpx.Client(base_url=f"http://{url}/api/v1", timeout=SECONDS) as client:
            yield client
    finally:
        process.terminate()
        process.wait(SECONDS)


def asked(client: httpx.Client, path: str) -> Any:
    try:
        return client.get(path).raise_for_status().json()["data"]
    except httpx.HTTPError:
        return None


def test_prometheus_reaches_every_target_and_evaluates_every_alert(
    composed: Composed, tmp_path: Path
) -> None:
    with running_prometheus(composed, tmp_path) as client:

        def up() -> bool:
            targets = (asked(client, "/targets") or {"activeTargets": []})["activeTargets"]
            return len(targets) == 4 and all(one["health"] == "up" for one in targets)

        wait_until(up, SECONDS, "not every target is up")

        def evaluated() -> bool:
            groups = asked(client, "/rules")["groups"]
            found = [rule for group in groups for rule in group["rules"]]
            return len(found) == count and all(rule["health"] == "ok" for rule in found)

        alerts = yaml.safe_load((ROOT / "deploy/prometheus/alerts.yml").read_text())
        count = sum(len(group["rules"]) for group in alerts["groups"])
        wait_until(evaluated, 2 * SECONDS, "not every rule is evaluated")
        [told] = asked(client, "/query?query=count(tactful_pending_comments)")["result"]
    assert told["value"][1] == "1"  # web tells what waits in the database, and nobody else
