"""The production processes, each started by itself, of this code or of an older one."""

import contextlib
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx

from tests.servers import free_port, wait_until
from tests.service.running import command_line, environment, tactful

SECRET_KEY = "a secret key that is long enough"
SECONDS = 60


class Installation:
    """A migrated database, a Redis, a site; `start` runs a process on them."""

    def __init__(self, folder: Path, database_url: str, redis_url: str) -> None:
        self.env = {
            "TACTFUL_DATABASE_URL": database_url,
            "TACTFUL_REDIS_URL": redis_url,
            "TACTFUL_SECRET_KEY": SECRET_KEY,
        }
        self.log = folder / "log"
        self._web: subprocess.Popen[bytes]
        self.url = f"http://127.0.0.1:{free_port()}"
        assert self.run("db", "upgrade").returncode == 0
        key = self.run("site", "create", "blog").stdout.split()[1]
        self.headers = {"Authorization": f"Bearer {key}"}

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return tactful(*arguments, **self.env)

    @contextlib.contextmanager
    def start(
        self, *arguments: str, code: Path | None = None
    ) -> Iterator["subprocess.Popen[bytes]"]:
        """Run a process until the block ends; it must then end cleanly when asked."""
        older = {"PYTHONPATH": str(code)} if code else {}
        with self.log.open("ab") as output:
            process = subprocess.Popen(
                command_line(*arguments),
                env=environment(**self.env, **older),
                stdout=output,
                stderr=output,
            )
        try:
            wait_until(lambda: listens_to_sigterm(process), SECONDS, "it never listens")
            yield process
            process.terminate()
            ended = process.wait(SECONDS)
            assert ended == 0, f"{arguments}: {ended}\n{self.log.read_text()[-4000:]}"
        finally:
            process.kill()
            process.wait()

    @contextlib.contextmanager
    def web(self, code: Path | None = None) -> Iterator[httpx.Client]:
        """Run the web process; give a client with the site's key."""
        port = self.url.rpartition(":")[2]
        with self.start("web", "--port", port, code=code) as self._web:
            wait_until(self._answers, SECONDS, "web does not answer")
            client = httpx.Client(base_url=self.url, headers=self.headers, timeout=SECONDS)
            with client:
                yield client

    def stop_web(self) -> None:
        """Ask the web process to stop, and do not wait for it."""
        self._web.terminate()

    def _answers(self) -> bool:
        with contextlib.suppress(httpx.TransportError):
            return httpx.get(f"{self.url}/healthz").status_code == 200
        return False


def listens_to_sigterm(process: "subprocess.Popen[bytes]") -> bool:
    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    caught = next(int(line.split()[1], 16) for line in lines if line.startswith("SigCgt"))
    return bool(caught >> (signal.SIGTERM - 1) & 1)


def all_judged(api: httpx.Client, count: int) -> None:
    """Submit comments one after the other, and wait until each has a verdict of the policy."""
    for number in range(count):
        answer = api.post("/v1/comments", json={"body": f"Comment {number}"})
        assert answer.status_code == 202, answer.text

    def judged() -> bool:
        items = api.get("/v1/comments", params={"limit": 100}).json()["items"]
        return len(items) >= count and all(item["status"] == "scored" for item in items)

    wait_until(judged, SECONDS, "not every comment was judged")
