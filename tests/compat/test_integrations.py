"""The scripts that the integration pages ship, against the running service."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest

from tests.compat.conftest import Blog
from tests.compat.replicas import running_replica
from tests.servers import free_port, wait_until

SCRIPTS = Path(__file__).parents[2] / "docs" / "integrations"


def environment(blog: Blog) -> dict[str, str]:
    return os.environ | {"TACTFUL": blog.url, "API_KEY": blog.keys.api_key}


def test_isso_publishes_what_is_approved(blog: Blog, tmp_path: Path) -> None:
    path = tmp_path / "comments.db"
    with closing(sqlite3.connect(path)) as isso, isso:
        isso.execute(  # Isso 0.13's table
            "CREATE TABLE comments (tid REFERENCES threads(id), id INTEGER PRIMARY KEY, parent"
            " INTEGER, created FLOAT NOT NULL, modified FLOAT, mode INTEGER, remote_addr VARCHAR,"
            " text VARCHAR, author VARCHAR, email VARCHAR, website VARCHAR, likes INTEGER,"
            " dislikes INTEGER, voters BLOB NOT NULL, notification INTEGER)"
        )
        for text in ("Long. " * 50_000, "This is bullshit.", "What a lovely article."):
            isso.execute(
                "INSERT INTO comments (created, mode, remote_addr, text, voters)"
                " VALUES (0, 2, '203.0.113.0', ?, '')",
                (text,),
            )
    command = [sys.executable, str(SCRIPTS / "isso" / "moderate.py"), str(path)]
    assert _isso_modes_after(command, blog, path) == [2, 2, 1]
    held = next(one for one in blog.comments() if one["external_id"] == "isso-2")
    blog.api.post(f"/v1/comments/{held['id']}/decision", json={"decision": "approve"})
    assert _isso_modes_after(command, blog, path) == [2, 1, 1]


def _isso_modes_after(command: list[str], blog: Blog, path: Path) -> list[int]:
    ran = subprocess.run(
        command, env=environment(blog), check=True, timeout=60, stderr=subprocess.PIPE, text=True
    )
    assert "isso-1 could not be read" in ran.stderr
    with closing(sqlite3.connect(path)) as isso:
        return [mode for (mode,) in isso.execute("SELECT mode FROM comments ORDER BY id")]


@contextmanager
def running_form(directory: Path, settings: dict[str, str]) -> Iterator[str]:
    port = str(free_port())
    script, file = SCRIPTS / "static" / "comments.py", directory / "comments.json"
    command = [sys.executable, str(script), str(file), port]
    with subprocess.Popen(command, env=settings) as process:
        try:
            wait_until(lambda: _listens(port), 20, "the form does not answer")
            yield f"http://127.0.0.1:{port}/comments"
        finally:
            process.terminate()


@pytest.fixture
def form(blog: Blog, tmp_path: Path) -> Iterator[str]:
    with running_form(tmp_path, environment(blog)) as url:
        yield url


def _listens(port: str) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/").status_code == 501
    except httpx.HTTPError:
        return False


def test_a_static_blogs_form_publishes_what_is_approved(form: str, tmp_path: Path) -> None:
    for text in ("What a lovely article.", "This is bullshit."):
        fields = {"name": "Ada", "text": text, "page": "/posts/hello/"}
        answer = httpx.post(form, data=fields, timeout=30)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/posts/hello/")
    published = json.loads((tmp_path / "comments.json").read_text())
    assert published == [{"page": "/posts/hello/", "name": "Ada", "text": "What a lovely article."}]


def test_a_static_blogs_form_says_what_sending_it_again_would_not_help(form: str) -> None:
    short = {"name": "Ada", "text": "Well said.", "page": "/"}
    for fields, status, said in (
        ({"name": "Ada", "text": "Well said."}, 422, "The form has no 'page'"),
        (short | {"name": "A" * 2_000}, 422, "This cannot be taken"),
        (short | {"text": "a" * 60_000}, 413, "This is too long"),
    ):
        answer = httpx.post(form, data=fields, timeout=30)
        assert (answer.status_code, said in answer.text) == (status, True), answer.text


def test_what_was_approved_is_published_when_it_is_sent_again(
    blog: Blog, form: str, tmp_path: Path
) -> None:
    fields = {"name": "Ada", "text": "This is bullshit.", "page": "/posts/hello/"}
    assert httpx.post(form, data=fields, timeout=30).status_code == 303
    (held,) = blog.comments()
    blog.api.post(f"/v1/comments/{held['id']}/decision", json={"decision": "approve"})
    elsewhere = {"X-Forwarded-For": "203.0.113.7"}
    assert httpx.post(form, data=fields, headers=elsewhere, timeout=30).status_code == 303
    assert not (tmp_path / "comments.json").exists()
    for _ in range(2):
        assert httpx.post(form, data=fields, timeout=30).status_code == 303
    assert json.loads((tmp_path / "comments.json").read_text()) == [fields]
    assert len(blog.comments()) == 2


@pytest.mark.parametrize(
    ("page", "location"),
    [
        ("/posts/hello/?a=b%20c#d", "/posts/hello/?a=b%20c#d"),
        ("/日本/", "/%E6%97%A5%E6%9C%AC/"),
        ("//evil.example/", "/"),
        ("/\\evil.example/", "/"),
        ("/\t/evil.example/", "/"),
        ("/a\r\nSet-Cookie: a=b", "/"),
        ("https://evil.example/", "/"),
    ],
)
def test_a_forms_page_leads_nowhere_else(form: str, page: str, location: str) -> None:
    answer = httpx.post(form, data={"name": "Ada", "text": "Well said.", "page": page}, timeout=30)
    assert (answer.status_code, answer.headers["Location"]) == (303, location)
    assert "Set-Cookie" not in answer.headers


def test_a_visitors_address_is_what_the_web_server_says_last(tmp_path: Path) -> None:
    headers = [("X-Forwarded-For", "192.0.2.1"), ("X-Forwarded-For", "192.0.2.2, 203.0.113.7")]
    fields = {"name": "Ada", "text": "Well said.", "page": "/"}
    with running_replica(lambda _: {"decision": None, "verdict": None}) as tactful:
        settings = os.environ | {"TACTFUL": tactful.url, "API_KEY": "k"}
        with running_form(tmp_path, settings) as form:
            for sent in (headers, []):
                assert httpx.post(form, data=fields, headers=sent, timeout=30).status_code == 303
    addresses = [asked.body["author"]["ip"] for asked in tactful.asked]
    assert addresses == ["203.0.113.7", "127.0.0.1"]
