"""An appeal is answered by somebody who had not decided before."""

import re
from html import unescape
from importlib import import_module

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import expect
from sqlalchemy import Connection

from service.app import create_app
from service.context import ServiceContext
from store.appeals import submit_appeal
from store.sites import rotate_key
from tests.conftest import NOW
from tests.make import add_webhook
from tests.review.conftest import PASSWORD, Blog, SignIn, on_both
from tests.review.test_acts import told
from tests.review.test_sign_in import csrf


@pytest.fixture
def api(context: ServiceContext, blog: Blog) -> FlaskClient:
    key = blog.database.write(lambda tx: rotate_key(tx, blog.site.id, "api", NOW))
    client = create_app(context).test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {key}"
    return client


def signed_in(context: ServiceContext, email: str) -> FlaskClient:
    client = create_app(context).test_client()
    client.post("/sign-in", data={"email": email, "password": PASSWORD})
    return client


@on_both
def test_somebody_else_answers(context: ServiceContext, blog: Blog, api: FlaskClient) -> None:
    add_webhook(blog.database, blog.site.id, events='["comment.decided"]')
    comment = blog.flag("Not so bad.")
    for email in ("ann@blog.example", "bob@blog.example"):
        blog.person(email)
    ann, bob = (signed_in(context, f"{name}@blog.example") for name in ("ann", "bob"))
    form = {"csrf": csrf(ann), "comment": f"{comment}:1", "word": "reject", "note": "An insult."}
    ann.post("/review/decisions", data=form)

    appeal = api.post(f"/v1/comments/{comment}/appeal", json={"reason": "It was a joke."})
    assert appeal.status_code == 202
    again = api.post(f"/v1/comments/{comment}/appeal", json={"reason": "Really."})
    assert again.json == appeal.json
    decision = api.get(f"/v1/comments/{comment}").json
    assert decision is not None

    page = bob.get("/appeals").text
    for said in ("It was a joke.", "An insult.", "ann@blog.example", "Swearing."):
        assert said in page
    for path in ("/appeals", f"/comments/{comment}"):
        hers = ann.get(path).text
        assert "somebody else has to answer" in hers
        assert 'name="word"' not in hers  # she is asked for no answer that is refused
    assert "An appeal is open." in bob.get(f"/comments/{comment}").text
    replaces = page.split('name="replaces" value="')[1].split('"')[0]
    own = {"csrf": csrf(ann), "comment": f"{comment}:1", "word": "approve", "replaces": replaces}
    refused = ann.post("/review/decisions", data=own)
    assert refused.status_code == 409
    assert "An appeal against your own decision is for somebody else" in refused.text
    answer = {**own, "csrf": csrf(bob), "back": "/appeals"}
    assert bob.post("/review/decisions", data=answer).location.startswith("/appeals?act=")
    assert "No appeal is open" in bob.get("/appeals").text
    assert [type_ for type_, _, _ in told(blog)] == ["comment.decided", "comment.decided"]
    assert bob.post("/review/undo", data={"csrf": csrf(bob)}).status_code == 303
    assert "1 open appeal" in bob.get("/appeals").text


@on_both
def test_who_has_many_appeals_reaches_each_and_first_what_they_may_answer(
    context: ServiceContext, blog: Blog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_module("service.review.appeals"), "SHOWN", 2)
    ids = [blog.flag(f"Number {number}.", author={"name": f"Who {number}"}) for number in range(5)]
    blog.person("ann@blog.example")
    ann = signed_in(context, "ann@blog.example")
    for own in ids[:2]:
        form = {"csrf": csrf(ann), "comment": f"{own}:1", "word": "reject"}
        ann.post("/review/decisions", data=form)

    def appeal(tx: Connection) -> None:
        for comment in ids:
            submit_appeal(tx, blog.site.id, comment, "", blog.clock())

    blog.database.write(appeal)
    address, seen = "/appeals", []
    while address:
        page = ann.get(address).text
        assert "5 open appeals" in page
        seen += [int(who) for who in re.findall(r'<bdi class="who">Who (\d)</bdi>', page)]
        further = re.search(r'href="(/appeals\?after=[^"]*)">Go on', page)
        address = unescape(further.group(1)) if further else ""
    assert seen == [2, 3, 4, 0, 1]
    assert f'id="card-{ids[1]}"' in ann.get(f"/appeals?focus={ids[1]}").text  # of a later part
    assert f'id="card-{ids[2]}"' in ann.get("/appeals?after=apl_z&own=1").text  # all are answered


@pytest.mark.parametrize("scripts", [True, False])
def test_an_answer_is_confirmed_and_undone_where_it_was_given(
    blog: Blog, sign_in: SignIn, scripts: bool
) -> None:
    comments = [blog.flag(f"Number {number}.") for number in range(2)]

    def appeal(tx: Connection) -> None:
        for comment in comments:
            submit_appeal(tx, blog.site.id, comment, "", blog.clock())

    blog.database.write(appeal)
    blog.person("bob@blog.example")
    page = sign_in("bob@blog.example", java_script_enabled=scripts)
    page.goto("/appeals")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("heading", name="1 open appeal")).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("Approve")
    if scripts:
        page.wait_for_load_state()  # what answers keys is there
        page.keyboard.press("u")
    else:
        page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", name="2 open appeals")).to_be_visible()
    expect(page.locator(f"#card-{comments[0]}")).to_be_visible()


def test_only_what_was_judged_can_be_appealed(blog: Blog, api: FlaskClient) -> None:
    pending = api.post("/v1/comments", json={"body": "Hello"}).json
    assert pending is not None
    assert api.post(f"/v1/comments/{pending['id']}/appeal", json={}).status_code == 409
    other = "cmt_" + "0" * 26
    assert api.post(f"/v1/comments/{other}/appeal", json={}).status_code == 404
    comment = blog.flag()
    assert api.post(f"/v1/comments/{comment}/appeal", json={}).status_code == 202
