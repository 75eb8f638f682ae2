"""SIGTERM: what is in flight is finished, nothing new is taken, and the status is 0."""

import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select

from service.http.prefer import MAX_WAIT_SECONDS
from service.running.graceful import GRACEFUL_SECONDS
from store.database import Database
from store.tables import comments
from tests.deployment.processes import SECRET_KEY, Installation, listens_to_sigterm
from tests.servers import wait_until
from tests.service.running import command_line, environment

NOWHERE = {
    "TACTFUL_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing",
    "TACTFUL_REDIS_URL": "redis://127.0.0.1:1/0",
    "TACTFUL_SECRET_KEY": SECRET_KEY,
}
LASTING = ["up --port 0 --data {}", "web --port 1", "worker", "worker --queue score", "cron"]


@pytest.mark.parametrize("command", LASTING)
def test_a_process_that_is_still_starting_ends_well(command: str, tmp_path: Path) -> None:
    arguments = command.format(tmp_path / "data").split()
    with subprocess.Popen(command_line(*arguments), env=environment(**NOWHERE)) as process:
        wait_until(lambda: listens_to_sigterm(process), 30, "it never listens")
        process.terminate()
        assert process.wait(30) == 0


def test_an_ending_process_has_nothing_left_to_search_for_cycles() -> None:
    told = "import atexit, gc; atexit.register(lambda: print(len(gc.get_objects())));"
    script = told + "from service.__main__ import main; main()"
    command = [sys.executable, "-c", script, "cron"]  # it has no settings, so it ends
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    assert "TACTFUL_DATABASE_URL" in done.stderr
    assert int(done.stdout) < 1_000  # of some 100,000


def test_a_caller_that_waits_is_answered_and_nobody_new_is_let_in(
    installation: Installation,
) -> None:
    answers: list[httpx.Response] = []
    with installation.web() as api, installation.start("cron"):

        def ask() -> None:  # no worker runs, so this takes all of its time
            prefer = {"Prefer": "wait=6"}
            answers.append(api.post("/v1/comments", json={"body": "Hello"}, headers=prefer))

        asking = threading.Thread(target=ask)
        asking.start()
        wait_until(lambda: stored(installation) == 1, 60, "not stored")
        installation.stop_web()
        wait_until(lambda: not is_answered(installation.url), 30, "new requests are still taken")
        asking.join(60)
    assert [answer.status_code for answer in answers] == [202]


def stored(installation: Installation) -> int:
    """Return how many comments there are."""
    answer = httpx.get(f"{installation.url}/v1/comments", headers=installation.headers, timeout=60)
    return len(answer.json()["items"])


def is_answered(url: str) -> bool:
    """Whether a new connection gets an answer; that it may be made at all is the kernel's doing."""
    try:
        return httpx.get(f"{url}/healthz", timeout=2).status_code == 200
    except httpx.TransportError:
        return False


def test_whoever_waits_longest_is_answered_too() -> None:
    assert GRACEFUL_SECONDS > MAX_WAIT_SECONDS


def test_a_worker_finishes_what_it_has_claimed(installation: Installation) -> None:
    with installation.web() as api:
        for number in range(300):
            api.post("/v1/comments", json={"body": f"Comment {number}, calm and kind."})
        with installation.start("worker", "--queue", "score"):
            wait_until(lambda: scored(api) > 0, 60, "nothing was judged")
        assert held(installation) == 0  # what it had begun is judged; the rest is anybody's
        with installation.start("cron"), installation.start("worker", "--queue", "score"):
            wait_until(lambda: scored(api) == 300, 60, "some were lost")
    assert "Traceback" not in installation.log.read_text()


def held(installation: Installation) -> int:
    """Return how many comments without a verdict a worker holds."""
    database = Database(installation.env["TACTFUL_DATABASE_URL"])
    pending = comments.c.status == "pending"
    query = select(func.count()).where(pending, comments.c.lease_token.is_not(None))
    with database.read() as tx:
        count: int = tx.execute(query).scalar_one()
    database.close()
    return count


def scored(api: httpx.Client) -> int:
    counts: dict[str, int] = api.get("/v1/stats").json()["actions"]
    return sum(counts.values())
