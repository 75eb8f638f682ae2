import gzip
import json
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from store.database import Database
from store.tables import comments
from tests.service.api.conftest import Caller, json_of

JSON = {"Content-Type": "application/json"}


def send(blog: Caller, raw: bytes, **headers: str) -> tuple[int, list[str]]:
    answer = blog.post("/v1/comments", data=raw, headers={**JSON, **headers})
    assert answer.content_type == "application/problem+json"
    problem = json_of(answer)
    assert problem["status"] == answer.status_code
    assert {"type", "title", "detail"} <= problem.keys()
    return answer.status_code, [error["pointer"] for error in problem.get("errors", [])]


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """Return one database: what is refused here never gets as far."""
    return sqlite_database_url


@pytest.fixture(autouse=True)
def nothing_is_stored(database: Database) -> Iterator[None]:
    yield
    with database.read() as tx:
        assert tx.execute(select(func.count()).select_from(comments)).scalar() == 0


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"body=Hello",
        b'{"body": "\xff"}',
        b'\xef\xbb\xbf{"body": "a"}',
        b'{"body":' + b"[" * 10_000 + b"]" * 10_000 + b"}",
        b'{"body": "a", "metadata":' + b'{"a":' * 300 + b"1" + b"}" * 300 + b"}",
        b'{"body": "a", "metadata":' + b'{"a":' * 10_000 + b"1" + b"}" * 10_000 + b"}",
    ],
)
def test_what_is_no_json_in_utf_8_is_refused(blog: Caller, raw: bytes) -> None:
    assert send(blog, raw) == (400, [])


@pytest.mark.parametrize(
    ("content", "pointers"),
    [
        ({}, ["/body"]),
        ([], [""]),
        (None, [""]),
        ({"body": None}, ["/body"]),
        ({"body": 7}, ["/body"]),
        ({"body": ""}, ["/body"]),
        ({"body": " \n\t "}, ["/body"]),
        ({"body": "a\x00b"}, ["/body"]),
        ({"body": "\ud800"}, ["/body"]),
        ({"body": "a", "author": {"name": "\udc00 alone"}}, ["/author/name"]),
        ({"body": "a", "metadata": {"a": ["\ud800"]}}, ["/metadata"]),
        ({"body": "a", "external_id": 7}, ["/external_id"]),
        ({"body": "a", "external_id": ""}, ["/external_id"]),
        ({"body": "a", "external_id": "x" * 256}, ["/external_id"]),
        ({"body": "a", "author": {"id": 42}}, ["/author/id"]),
        ({"body": "a", "author": {"name": "\x00"}}, ["/author/name"]),
        ({"body": "a", "author": None}, ["/author"]),
        ({"body": "a", "colour": 1, "author": {"age": 7}}, ["/author/age", "/colour"]),
        ({"body": "a", "a/b~c": 1}, ["/a~1b~0c"]),
        ({"body": "a", "\ud800": 1}, [""]),
        ({"body": "a", "format": "pdf"}, ["/format"]),
        ({"body": "a", "lang": "english please"}, ["/lang"]),
        ({"body": "a", "posted_at": 1_700_000_000}, ["/posted_at"]),
        ({"body": "a", "posted_at": "1700000000"}, ["/posted_at"]),
        ({"body": "a", "posted_at": "2026-01-01"}, ["/posted_at"]),
        ({"body": "a", "posted_at": "2026-01-01T00:00:00"}, ["/posted_at"]),
        ({"body": "a", "posted_at": "0001-01-01T00:00:00+14:00"}, ["/posted_at"]),
        ({"body": "a", "posted_at": "2026-11-24T12:06:00Z"}, ["/posted_at"]),
        (
            {
                "body": "a",
                "author": {"created_at": "9999-01-01T00:00:00Z"},
                "thread": {"published_at": "2026-11-24T23:00:00+02:00"},
            },
            ["/author/created_at", "/thread/published_at"],
        ),
        ({"body": "a", "metadata": {"a": "\x00"}}, ["/metadata"]),
        ({"body": "a", "metadata": {"a": "x" * 4_096}}, ["/metadata"]),
        ({"body": "a", "metadata": []}, ["/metadata"]),
        ({"body": "a", "thread": {"context": ["a"] * 51}}, ["/thread/context"]),
        ({"body": "a", "thread": {"context": [7]}}, ["/thread/context/0"]),
    ],
)
def test_a_wrong_field_is_named(blog: Caller, content: object, pointers: list[str]) -> None:
    assert send(blog, json.dumps(content).encode()) == (422, pointers)


def test_a_refusal_does_not_repeat_what_was_sent(blog: Caller) -> None:
    content = {"body": 7, "lang": "secret words", "posted_at": "secret words", "format": "secret"}
    answer = blog.post("/v1/comments", content)
    assert answer.status_code == 422
    assert b"secret" not in answer.data


def test_a_number_that_is_no_json_is_refused(blog: Caller) -> None:
    assert send(blog, b'{"body": "a", "metadata": {"a": NaN}}') == (422, ["/metadata"])


def test_a_packed_body_is_told_that_it_is(blog: Caller) -> None:
    packed = gzip.compress(b'{"body": "a"}')
    answer = blog.post("/v1/comments", data=packed, headers=JSON | {"Content-Encoding": "gzip"})
    assert (answer.status_code, answer.headers["Accept-Encoding"]) == (415, "identity")
    assert "Content-Encoding" in json_of(answer)["detail"]


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", ""])
def test_only_json_is_read(blog: Caller, content_type: str) -> None:
    status, _ = send(blog, b'{"body": "a"}', **{"Content-Type": content_type})
    assert status == 415


def test_a_text_over_the_limit_is_refused(blog: Caller) -> None:
    assert send(blog, json.dumps({"body": "é" * 32_769}).encode()) == (413, ["/body"])


def test_a_request_over_the_limit_is_not_even_read(blog: Caller) -> None:
    assert send(blog, b'{"body": "' + b"a" * 500_000 + b'"}') == (413, [])


@pytest.mark.parametrize(
    ("content", "detail"),
    [
        ({"body": "Hello", "external_id": ""}, "must not be empty"),
        ({"body": "Hello", "external_id": "x" * 256}, "must have a length of at most 255"),
        (
            {"body": "Hello", "thread": {"context": ["x"] * 51}},
            "must have a length of at most 50",
        ),
    ],
)
def test_a_wrong_length_is_told_in_plain_words(blog: Caller, content: object, detail: str) -> None:
    problem = json_of(blog.post("/v1/comments", content))
    assert [error["detail"] for error in problem["errors"]] == [detail]


def test_a_cursor_that_was_never_given_out_is_told_so(blog: Caller) -> None:
    problem = json_of(blog.get("/v1/comments?cursor=2"))
    assert "given out: `cmt_…`" in problem["errors"][0]["detail"]
