import http.client
import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.serving import make_server

from tests.service.api.conftest import Caller

CHUNK = 65_536


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


@pytest.fixture
def port(app: Flask) -> Iterator[int]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.port
    server.shutdown()
    thread.join()
    server.server_close()


def body_of(chunks: int) -> Iterator[bytes]:
    yield b'{"body": "'
    yield from [b"a" * CHUNK] * chunks
    yield b'"}'


@pytest.mark.parametrize(("chunks", "status"), [(1, 202), (2, 413), (6, 413), (7, 413), (30, 413)])
def test_a_body_without_a_length_has_the_same_limits(
    blog: Caller, port: int, chunks: int, status: int
) -> None:
    headers = {
        "Authorization": f"Bearer {blog.keys.api_key}",
        "Content-Type": "application/json",
        "Idempotency-Key": f"chunks-{chunks}",
    }
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(
        "POST", "/v1/comments", body_of(chunks), headers=headers, encode_chunked=True
    )
    assert connection.getresponse().status == status
    connection.close()
