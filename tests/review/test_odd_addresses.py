"""An address that somebody made up is answered, on both databases, and is no fault of ours."""

import re

import pytest
from flask.testing import FlaskClient

from service.app import create_app
from service.context import ServiceContext
from tests.review.conftest import PASSWORD, Blog, on_both

WHO = "ann@blog.example"
NUL = "%00"
PLACE = "1~2026-01-01T00:00:00%2B00:00~"
ADDRESSES = (
    f"/review?q={NUL}",
    f"/review?author={NUL}&label={NUL}&rule=a{NUL}&lang={NUL}&campaign={NUL}&queue={NUL}",
    f"/review?score={NUL}",
    f"/review?focus={NUL}",
    f"/review?act={NUL}",
    f"/review?after={PLACE}{NUL}",
    f"/review/rows?after={PLACE}{NUL}",
    f"/review/card/{NUL}",
    f"/review/bulk?by=text&comment={NUL}",
    f"/comments/{NUL}",
    f"/webhooks?endpoint={NUL}",
    f"/audit?before={NUL}",
    f"/audit?after={NUL}",
    f"/sign-in?next={NUL}",
    f"/appeals?appeal={NUL}",
    f"/appeals?focus={NUL}",
)


@pytest.fixture
def client(context: ServiceContext, blog: Blog) -> FlaskClient:
    blog.flag()
    blog.person(WHO, "admin")
    client = create_app(context).test_client()
    client.post("/sign-in", data={"email": WHO, "password": PASSWORD})
    return client


@on_both
def test_a_nul_character_is_refused(client: FlaskClient) -> None:
    assert client.get("/review").status_code == 200
    answers = {address: client.get(address).status_code for address in ADDRESSES}
    assert set(answers.values()) <= {400, 404}, answers
    found = re.search(r'name="csrf" content="(\w+)"', client.get("/review").text)
    assert found is not None
    form = {"csrf": found.group(1), "comment": "cmt_x", "note": "\0"}
    assert client.post("/review/notes", data=form).status_code == 400
