"""What somebody made up, an address or a comment, is answered, and is no fault of ours."""

import re
from typing import NoReturn

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

NOWHERE = (
    "/review?after=0~0001-01-01T00:00:00%2B23:59~x",
    "/review/rows?after=0~9999-12-31T23:59:59-23:59~x",
    "/sign-in?next=//[",
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


@pytest.mark.parametrize("address", NOWHERE)
def test_an_address_that_leads_nowhere_leads_to_the_beginning(
    client: FlaskClient, address: str
) -> None:
    assert client.get(address, follow_redirects=True).status_code == 200


def test_a_comment_whose_links_cannot_be_read_is_shown_all_the_same(
    client: FlaskClient, blog: Blog, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(text: str, lowered: str) -> NoReturn:
        raise ValueError(text + lowered)

    comment_id = blog.flag("A zebra: http://zebra.example/")
    monkeypatch.setattr("rules.facts.hyperlinks._found", fail)
    for address in (f"/comments/{comment_id}", "/review", f"/review/card/{comment_id}"):
        answer = client.get(address)
        assert (answer.status_code, "A zebra" in answer.text) == (200, True), address
