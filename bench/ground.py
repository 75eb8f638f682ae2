"""The ground that is measured on: a database, a Redis, one site, worker processes."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from redis import Redis, RedisError
from sqlalchemy import func, select

from rules.comment import Comment
from rules.loading.presets import preset
from service.running.embedded_redis import server_program
from store.comments import submit_comment
from store.database import Database, sqlite_url
from store.kept_addresses import Keeping
from store.migrate import upgrade
from store.policies import activate_policy
from store.sealing import Sealer
from store.sites import create_site
from store.tables import verdicts
from workers.redis_clients import impatient_client

KEEPING = Keeping(Sealer("a key of the bench"))


@dataclass(frozen=True)
class Ground:
    """What one measurement has to itself."""

    database_url: str
    redis_url: str
    database: Database
    redis: Redis
    site_id: str
    api_key: str

    def submit(self, text: str) -> str:
        """Store one comment as pending and return its id."""
        comment, now = Comment(body=text), datetime.now(UTC)
        return self.database.write(
            lambda tx: submit_comment(tx, self.site_id, comment, now, KEEPING)
        ).id

    def verdicts(self) -> int:
        """Return how many verdicts are stored."""
        with self.database.read() as tx:
            return tx.execute(select(func.count()).select_from(verdicts)).scalar_one()

    def wait_for_verdicts(self, count: int, seconds: float = 300) -> None:
        """Wait until so many verdicts are stored."""
        deadline = time.monotonic() + seconds
        while self.verdicts() < count:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self.verdicts()} of {count} verdicts after {seconds} s")
            time.sleep(0.01)


@contextmanager
def fresh_ground() -> Iterator[Ground]:
    """Give a ground in a folder of its own."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tactful-bench-")))
        redis_url = stack.enter_context(_running_redis(folder))
        database = Database(sqlite_url(folder / "tactful.db"))
        stack.callback(database.close)
        upgrade(database)
        site_id, api_key = _new_site(database)
        yield Ground(
            database_url=sqlite_url(folder / "tactful.db"),
            redis_url=redis_url,
            database=database,
            redis=impatient_client(redis_url),
            site_id=site_id,
            api_key=api_key,
        )


@contextmanager
def running_worker(ground: Ground, design: str, scorer: str) -> Iterator[None]:
    """Run one worker process, from when it is ready."""
    command = [sys.executable, "-m", "bench.worker", design, scorer]
    command += [ground.database_url, ground.redis_url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        if process.stdout.readline() != b"ready\n":
            raise RuntimeError(f"the worker does not start: {' '.join(command)}")
        try:
            yield
        finally:
            process.kill()


def _new_site(database: Database) -> tuple[str, str]:
    now = datetime.now(UTC)
    site, keys = database.write(lambda tx: create_site(tx, "bench", now))
    source = preset("default")
    database.write(lambda tx: activate_policy(tx, site.id, "default", source, now))
    return site.id, keys.api_key


@contextmanager
def _running_redis(folder: Path) -> Iterator[str]:
    socket = folder / "redis.sock"
    flags = ["--port", "0", "--unixsocket", str(socket), "--dir", str(folder)]
    flags += ["--appendonly", "yes", "--save", ""]
    with subprocess.Popen([server_program(), *flags], stdout=subprocess.DEVNULL) as process:
        try:
            url = f"unix://{socket}?db=0"
            _wait_for_redis(url)
            yield url
        finally:
            process.kill()


def _wait_for_redis(url: str) -> None:
    for _ in range(200):
        try:
            impatient_client(url).ping()
        except RedisError:
            time.sleep(0.02)
        else:
            return
    raise TimeoutError("Redis does not answer")
