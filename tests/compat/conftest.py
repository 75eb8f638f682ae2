"""Fixtures of the drop-in protocols: one real service for all of their tests, and its callers."""

import json
import os
import secrets
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from sqlalchemy import Connection

from service.running.data_dir import DataDir
from store.database import Database, sqlite_url
from store.sealing import Sealer
from store.sites import create_site, find_site, set_coral_secret
from tests.receivers import Receiver, running_receiver
from tests.servers import wait_until
from tests.service.running import RunningUp

POLICY = """\
name: compat
rules:
  - id: blatant
    pattern: "(?i)buy cheap pills"
    action: reject
    discard: true
    labels: [spam]
  - id: rejected
    pattern: reject me
    action: reject
    labels: [toxic]
  - id: profanity
    profanity: 2
    action: review
    labels: [profanity]
"""


@dataclass(frozen=True)
class Keys:
    """A site's name and keys."""

    name: str
    api_key: str
    akismet_key: str


@dataclass(frozen=True)
class Blog:
    """A site of the running service, as its clients and its owner see it."""

    up: RunningUp
    keys: Keys
    api: httpx.Client

    @property
    def url(self) -> str:
        return self.up.url

    def post(self, path: str, headers: dict[str, str] | None = None, /, **fields: Any) -> Any:
        """POST a form as an Akismet client does, with the key in the body."""
        data = {"api_key": self.keys.akismet_key, "blog": "https://blog.example", **fields}
        return self.api.post(path, data=data, headers=headers)

    def check(self, text: str, **fields: Any) -> httpx.Response:
        fields = {"user_ip": "203.0.113.9", "comment_content": text, **fields}
        answer: httpx.Response = self.post("/1.1/comment-check", **fields)
        return answer

    def comments(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.api.get("/v1/comments?limit=100").json()["items"]
        return items

    def comment_of(self, answer: httpx.Response) -> dict[str, Any]:
        """Return the stored comment that an Akismet answer is about."""
        guid = answer.headers["X-akismet-guid"]
        return next(one for one in self.comments() if guid in json.dumps(one["metadata"]))

    def write(self, work: Callable[[Connection, str], object]) -> None:
        """Change something of this site behind the service's back, as a command does."""
        with closing(database_of(self.up)) as database:
            site = database.write(lambda tx: find_site(tx, self.keys.name))
            assert site is not None
            database.write(lambda tx: work(tx, site.id))

    def set_coral_secret(self, secret: str) -> None:
        key = DataDir(self.up.data_dir).secret_key()
        self.write(lambda tx, site_id: set_coral_secret(tx, site_id, Sealer(key).seal(secret)))

    def stored(self) -> bytes:
        """Return every byte of the database."""
        files = self.up.data_dir.glob("tactful.db*")
        return b"".join(path.read_bytes() for path in files)


def exchange(blog: Blog, request: bytes) -> tuple[str, str]:
    """Send bytes as they are and read to the end; return (status line and headers, body)."""
    address = urlsplit(blog.url)
    with socket.create_connection((address.hostname, address.port or 80), timeout=10) as line:
        line.sendall(request)
        answer = b"".join(iter(lambda: line.recv(65_536), b"")).decode()
    head, _, body = answer.rpartition("\r\n\r\n")
    return head, body


def database_of(up: RunningUp) -> Database:
    return Database(sqlite_url(up.data_dir / "tactful.db"))


@pytest.fixture(scope="session")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningUp]:
    """Give a running service; tests that stop a part of it start their own."""
    directory = tmp_path_factory.mktemp("compat") / "data"
    with RunningUp(directory, TACTFUL_WEBHOOK_ALLOW="127.0.0.1/32") as up:
        yield up


def new_blog(up: RunningUp) -> Blog:
    """Create a site with the policy of these tests."""
    name = f"blog-{secrets.token_hex(4)}"
    with closing(database_of(up)) as database:
        _, keys = database.write(lambda tx: create_site(tx, name, datetime.now(UTC)))
    headers = {"Authorization": f"Bearer {keys.api_key}"}
    api = httpx.Client(base_url=up.url, headers=headers, timeout=30)
    up._clients.append(api)  # closed with it
    answer = api.put("/v1/policy", content=POLICY, headers={"Content-Type": "application/yaml"})
    assert answer.status_code in {200, 201}, answer.text
    # A busy machine takes longer to compile a policy than clients wait.
    ready = lambda: api.post("/v1/analyze", json={"text": "Hello"}).is_success  # noqa: E731
    wait_until(ready, 30, "the site's policy is not in use")
    return Blog(up, Keys(name, keys.api_key, keys.akismet_key), api)


@pytest.fixture
def blog(up: RunningUp) -> Blog:
    return new_blog(up)


@pytest.fixture
def other(up: RunningUp) -> Blog:
    return new_blog(up)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with running_receiver() as receiver:
        yield receiver


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep other people's clients on this machine."""
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
