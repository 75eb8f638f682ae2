import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import WSGIRequestHandler, make_server

from rules.presets import preset
from service.app import create_app
from service.context import ServiceContext
from store.database import Database, sqlite_url
from store.migrate import upgrade
from store.policies import activate_policy
from store.sealing import Sealer
from store.sites import create_site
from tests.conftest import NOW
from tests.servers import RedisServer
from tests.service.api.conftest import FixedScores, JudgingWaiter
from workers.doorbell import Doorbell
from workers.redis_clients import impatient_client

ROOT = Path(__file__).parents[2]
SECONDS = 75


class QuietHandler(WSGIRequestHandler):
    """Logs no requests: there are thousands."""

    def log_request(self, *_args: Any) -> None:
        pass


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(sqlite_url(tmp_path / "tactful.db"), group_commit=True)
    upgrade(database)
    yield database
    database.close()


@pytest.fixture
def api_key(database: Database) -> str:
    site, keys = database.write(lambda tx: create_site(tx, "fuzzed", NOW))
    database.write(lambda tx: activate_policy(tx, site.id, "default", preset("default"), NOW))
    return keys.api_key


@pytest.fixture
def url(database: Database, redis_server: RedisServer) -> Iterator[str]:
    """Give the URL of a server; workers would only slow down what is asked of it here."""
    with impatient_client(redis_server.url) as redis:
        context = ServiceContext(
            database=database,
            redis=redis,
            doorbell=Doorbell(redis),
            waiter=JudgingWaiter(database),
            analyzer=FixedScores(),
            sealer=Sealer("a secret of the tests"),
        )
        server = make_server(
            "127.0.0.1", 0, create_app(context), threaded=True, request_handler=QuietHandler
        )
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.port}"
        server.shutdown()
        thread.join()
        server.server_close()


def test_schemathesis_finds_nothing(url: str, api_key: str) -> None:
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{url}/openapi.json"]
    command += ["--header", f"Authorization: Bearer {api_key}", "--checks", "all"]
    command += ["--generation-deterministic", "--max-examples", "25", "--max-time", str(SECONDS)]
    command += ["--continue-on-failure", "--no-color"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    run = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=SECONDS * 2,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-8000:] + run.stderr[-2000:]
