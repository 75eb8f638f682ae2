import pytest
from flask import Flask

from service.context import ServiceContext
from service.http.authentication import KeyRing
from store.database import Database
from store.sites import rotate_key
from tests.conftest import NOW
from tests.service.api.conftest import Caller, Clock, json_of


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer ", "Basic dXNlcjpwYXNz", "Bearer tk_wrong", "Bearer \xff\xfe"],
)
def test_without_a_valid_key_there_is_no_answer_but_401(app: Flask, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    for path in ("/v1/comments", "/v1/comments/cmt_1", "/v1/policy", "/v1/stats?x=1"):
        answer = app.test_client().get(path, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert json_of(answer)["type"] == "/docs#problem-unauthorized"


def test_the_key_is_asked_for_before_the_body_is_read(app: Flask) -> None:
    answer = app.test_client().post("/v1/comments", data=b"\xff")
    assert answer.status_code == 401


def test_both_keys_of_a_site_open_it(blog: Caller) -> None:
    for key in (blog.keys.api_key, blog.keys.akismet_key):
        answer = blog.get("/v1/comments", headers={"Authorization": f"bearer {key}"})
        assert answer.status_code == 200


def test_a_revoked_key_works_for_no_more_than_a_second(database: Database, blog: Caller) -> None:
    seconds = 0.0
    ring = KeyRing(database, now=lambda: seconds)
    assert ring.site(blog.keys.api_key) == blog.site
    database.write(lambda tx: rotate_key(tx, blog.site.id, "api", NOW))
    assert ring.site(blog.keys.api_key) == blog.site
    seconds = 1.0
    assert ring.site(blog.keys.api_key) is None


def test_a_new_key_works_at_once(database: Database, blog: Caller, clock: Clock) -> None:
    key = database.write(lambda tx: rotate_key(tx, blog.site.id, "api", clock()))
    answer = blog.get("/v1/comments", headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 200


def test_a_site_is_looked_up_once_a_second(context: ServiceContext, blog: Caller) -> None:
    blog.get("/v1/stats")
    context.database.close()
    assert context.keys.site(blog.keys.api_key) == blog.site
