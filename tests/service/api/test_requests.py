import re

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient

from service.http.problems import KINDS
from tests.service.api.conftest import Caller, json_of


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


def test_every_answer_names_its_request(client: FlaskClient) -> None:
    for path in ("/healthz", "/nowhere", "/v1/comments", "/docs"):
        assert re.fullmatch(r"req_[0-9a-z]{26}", client.get(path).headers["X-Request-Id"])


def test_a_callers_request_id_is_kept_when_it_is_a_plain_one(client: FlaskClient) -> None:
    for given, kept in (("abc-1.2_3", True), ("x" * 65, False), ("a b", False), ("a\x7f", False)):
        answer = client.get("/healthz", headers={"X-Request-Id": given})
        assert (answer.headers["X-Request-Id"] == given) is kept


def test_an_unknown_address_is_a_problem(client: FlaskClient) -> None:
    answer = client.get("/v1/nothing")
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")


@pytest.mark.parametrize("method", ["PUT", "OPTIONS", "TRACE", "FOO"])
def test_a_method_that_is_not_answered_is_a_problem_that_says_which_are(
    client: FlaskClient, method: str
) -> None:
    answer = client.open("/v1/comments", method=method)
    assert (answer.status_code, answer.content_type) == (405, "application/problem+json")
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "POST"}


def test_a_fault_says_nothing_and_logs_where_but_not_what(
    app: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    @app.get("/broken")
    def broken() -> str:
        raise ValueError("the text of a comment")

    answer = app.test_client().get("/broken")
    assert (answer.status_code, answer.content_type) == (500, "application/problem+json")
    assert b"text of a comment" not in answer.data
    logged = capsys.readouterr().out
    assert "ValueError" in logged
    assert "test_requests.py" in logged
    assert "text of a comment" not in logged


def test_every_answer_is_protected(client: FlaskClient) -> None:
    headers = client.get("/v1/comments").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/v1/comments", "/sign-in", "/docs", "/healthz", "/nowhere"])
def test_a_browser_is_told_what_no_page_of_ours_needs(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    for name, value in {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }.items():
        assert headers[name] == value, name
    assert headers["Referrer-Policy"] in {"no-referrer", "same-origin"}
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "geolocation=()" in headers["Permissions-Policy"]
    assert "Access-Control-Allow-Origin" not in headers


def test_over_tls_a_browser_is_told_to_stay_there(client: FlaskClient) -> None:
    assert "Strict-Transport-Security" not in client.get("/docs").headers
    told = client.get("/docs", headers={"X-Forwarded-Proto": "https"}).headers
    assert told["Strict-Transport-Security"] == "max-age=31536000"


def test_the_log_has_no_text_no_key_and_no_query(blog: Caller) -> None:
    with structlog.testing.capture_logs() as logs:
        content = {"body": "private words", "author": {"name": "private name"}}
        blog.post("/v1/comments", content, headers={"Idempotency-Key": "private-key"})
        blog.post("/v1/comments", {"body": 7, "private_field": "private words"})
        blog.get("/v1/comments?cursor=private")
        blog.delete("/v1/authors/private-author")
        blog.get("/private/path")
        blog.get("/v1/comments", headers={"Authorization": "Bearer private"})
    assert len(logs) == 6
    assert "private" not in repr(logs)
    assert blog.keys.api_key not in repr(logs)
    assert logs[1].items() >= {"event": "request", "status": 422, "reason": "invalid"}.items()
    told = {"duration_ms", "event", "log_level", "method", "route", "status", "site", "comment"}
    assert {name for entry in logs if entry["status"] < 400 for name in entry} == told


def test_every_kind_of_problem_is_explained(client: FlaskClient) -> None:
    page = client.get("/docs").text
    for slug in KINDS:
        assert f'id="problem-{slug}"' in page


def test_a_problem_is_told_by_its_kind(blog: Caller) -> None:
    problem = json_of(blog.get("/v1/comments/cmt_1"))
    assert problem == {
        "type": "/docs#problem-not-found",
        "title": "Not found",
        "status": 404,
        "detail": "There is nothing here that your key opens.",
    }
