"""The metrics of a whole `up`: true across its processes, their deaths and their restarts."""

import shutil
import signal
import subprocess
import time
from collections.abc import Iterator

import httpx
import psutil
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.servers import wait_until
from tests.service.running import RunningUp
from workers.telemetry import MOST_RULES, OTHER_RULES, RULE_HITS, count_rule_hit

CONTRACT = {
    "tactful_comments_received": {"protocol"},
    "tactful_verdicts": {"action", "decided_by"},
    "tactful_verdict_seconds": set(),
    "tactful_scoring_batch_size": set(),
    "tactful_scoring_seconds": {"engine"},
    "tactful_pending_comments": set(),
    "tactful_oldest_pending_seconds": set(),
    "tactful_queue_depth": {"queue"},
    "tactful_review_queue_comments": set(),
    "tactful_oldest_review_seconds": set(),
    "tactful_decisions": {"decision", "overturned"},
    "tactful_rule_hits": {"rule"},
    "tactful_webhook_attempts": {"outcome"},
    "tactful_webhook_attempt_seconds": set(),
    "tactful_webhook_backlog": set(),
    "tactful_http_request_seconds": {"method", "route", "status"},
    "tactful_build_info": {"version"},
}


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningUp]:
    with RunningUp(tmp_path_factory.mktemp("metrics") / "data") as running:
        yield running


def page(up: RunningUp) -> str:
    return httpx.get(f"{up.url}/metrics", timeout=30).text


def value(up: RunningUp, name: str, **labels: str) -> float:
    """Return one sample of the page; 0 where there is none."""
    for family in text_string_to_metric_families(page(up)):
        for sample in family.samples:
            if sample.name == name and sample.labels == labels:
                return float(sample.value)
    return 0.0


def judged(up: RunningUp, body: str = "What a load of bullshit.") -> str:
    answer = up.api().post("/v1/comments", json={"body": body}, headers={"Prefer": "wait=25"})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


def verdicts(up: RunningUp) -> float:
    return value(up, "tactful_verdicts_total", action="review", decided_by="policy")


def received(up: RunningUp) -> float:
    return value(up, "tactful_comments_received_total", protocol="native")


def replaced(up: RunningUp, victim: psutil.Process, *words: str) -> bool:
    try:
        return up.child(*words).pid != victim.pid
    except (AssertionError, psutil.Error):
        return False


def test_every_name_of_the_contract_is_there_with_its_labels(up: RunningUp) -> None:
    comment = judged(up)
    up.api().post(f"/v1/comments/{comment}/decision", json={"decision": "spam"})
    families = {family.name: family for family in text_string_to_metric_families(page(up))}
    assert set(CONTRACT) <= set(families)
    for name, labels in CONTRACT.items():
        for sample in families[name].samples:
            assert set(sample.labels) - {"le"} == labels, sample


def test_promtool_finds_nothing_to_improve(up: RunningUp) -> None:
    promtool = shutil.which("promtool")
    assert promtool, "install Debian's package prometheus"
    judged(up)
    checked = subprocess.run(
        [promtool, "check", "metrics"],
        input=page(up),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_worker_that_ends_takes_no_count_with_it(up: RunningUp, number: signal.Signals) -> None:
    judged(up)
    victim = up.worker()
    _wait_until_idle(victim)  # a verdict is there before it is counted
    before = verdicts(up)
    victim.send_signal(number)
    wait_until(lambda: replaced(up, victim, "worker", "score"), 30, "not started again")
    judged(up)
    wait_until(lambda: verdicts(up) == before + 1, 30, "a verdict was lost or counted twice")


@pytest.mark.parametrize("who", ["arbiter", "gunicorn's worker"])
def test_a_web_process_that_is_killed_takes_no_count_with_it(up: RunningUp, who: str) -> None:
    judged(up)
    before = received(up)
    arbiter = up.child("web")
    victim = arbiter if who == "arbiter" else arbiter.children()[0]
    victim.kill()
    wait_until(lambda: answers(up), 30, "not started again")
    judged(up)
    assert received(up) == before + 1


def answers(up: RunningUp) -> bool:
    try:
        return httpx.get(f"{up.url}/healthz", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


def test_the_files_of_processes_that_ended_are_added_up_in_one(up: RunningUp) -> None:
    folder = up.data_dir / "run" / "metrics"
    victim = up.worker()
    victim.kill()
    wait_until(lambda: replaced(up, victim, "worker", "score"), 30, "not started again")
    alive = {process.pid for process in up.children()}

    def owners() -> set[int]:
        names = [file.stem.rpartition("_")[2] for file in folder.glob("*.db")]
        return {int(name) for name in names if name.isdecimal()}

    wait_until(lambda: victim.pid not in owners(), 10, "its file is still there")
    assert owners() <= alive
    assert (folder / "counter_ended.db").exists()


def _wait_until_idle(worker: psutil.Process) -> None:
    def idle() -> bool:
        before = worker.cpu_times()
        time.sleep(0.5)
        return worker.cpu_times() == before

    wait_until(idle, 30, "the worker is not idle")


def test_what_waits_is_told_while_the_worker_stands_still(up: RunningUp) -> None:
    judged(up)
    worker = up.worker()
    _wait_until_idle(worker)  # stopped within a transaction, it would keep SQLite's lock
    worker.suspend()
    try:
        answer = up.api().post("/v1/comments", json={"body": "Is anybody there?"})
        assert answer.status_code == 202
        wait_until(lambda: value(up, "tactful_oldest_pending_seconds") > 0.5, 20, "no age")
        assert value(up, "tactful_pending_comments") == 1
    finally:
        worker.resume()
    wait_until(lambda: value(up, "tactful_pending_comments") == 0, 30, "still pending")


def test_workers_are_counted_by_queue_and_cron_is_seen(up: RunningUp) -> None:
    for queue in ("score", "deliver"):
        wait_until(
            lambda queue=queue: value(up, "tactful_workers", queue=queue) >= 1,  # type: ignore[misc]
            30,
            f"no worker of {queue}",
        )
    assert value(up, "tactful_cron") == 1


def test_the_rules_that_are_told_apart_are_bounded() -> None:
    for number in range(MOST_RULES + 5):
        count_rule_hit(f"rule-{number}")
    count_rule_hit("rule-0")
    samples = [sample for metric in RULE_HITS.collect() for sample in metric.samples]
    told = {sample.labels["rule"]: sample.value for sample in samples}
    assert len(told) <= MOST_RULES + 1
    assert told["rule-0"] == 2
    assert told[OTHER_RULES] >= 5
