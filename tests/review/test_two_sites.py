"""Who moderates two sites changes the one that a page was shown for, and no other."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect
from sqlalchemy import Connection
from werkzeug.test import TestResponse

from service.context import ServiceContext
from service.review import PAGES
from store.members import put_out, take_in
from store.owners import owners_of_sites
from store.sites import create_site
from tests.conftest import NOW
from tests.review.conftest import PASSWORD, Blog, SignIn, on_both, settle, unfinished
from tests.review.test_appeals import signed_in
from tests.review.test_keyboard import focus
from tests.review.test_sign_in import csrf, person_at

ANN = "ann@blog.example"
PERSONAL = {"account", "sign_in", "single_sign_on"}  # change the same whatever site is in view


@pytest.fixture
def other(blog: Blog) -> Blog:
    site, _ = blog.database.write(lambda tx: create_site(tx, "other", NOW))
    return replace(blog, site=site)


@pytest.fixture
def ann(blog: Blog, other: Blog) -> str:
    """Make ann an admin of both sites, and return her id."""
    other.person(ANN, "admin")
    return blog.person(ANN, "admin")


@pytest.fixture
def client(context: ServiceContext, ann: str, other: Blog) -> FlaskClient:
    """Return ann's browser, in which she looks at the other site."""
    assert ann
    client = signed_in(context, ANN)
    look_at(client, other)
    return client


def look_at(client: FlaskClient, blog: Blog) -> None:
    form = {"csrf": csrf(client), "site": blog.site.id}
    assert client.post("/account/site", data=form).status_code == 303


def paths_of_sites(client: FlaskClient) -> list[str]:
    """Return every path of the pages that changes something about a site."""
    names = {page.name for page in PAGES} - PERSONAL
    return [
        re.sub("<.*>", "one", rule.rule)
        for rule in client.application.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and rule.endpoint.partition(".")[0] in names
    ]


@pytest.mark.parametrize("removed", [False, True], ids=["another tab", "removed"])
def test_a_form_of_one_site_changes_nothing_of_another(
    client: FlaskClient, blog: Blog, other: Blog, ann: str, removed: bool
) -> None:
    """Its admin had asked ann to add mallory, and took her off the site before she did."""
    token = csrf(client)
    if removed:
        blog.database.write(lambda tx: put_out(tx, ann, other.site.id))
    else:
        look_at(client, blog)
    paths = paths_of_sites(client)
    assert len(paths) >= 17
    form = {"csrf": token, "email": "mallory@other.example", "role": "admin"}
    for path in paths:
        answer = client.post(path, data=form)
        assert answer.status_code == 409, path
        assert "You look at another site now" in answer.text
        assert "Now you look at blog." in answer.text
    assert "mallory" not in client.get("/people").text
    form["csrf"] = csrf(client)
    assert "mallory" in client.post("/people", data=form).text


def test_what_is_ones_own_asks_for_no_site(client: FlaskClient, blog: Blog, other: Blog) -> None:
    token = csrf(client)
    look_at(client, blog)
    assert csrf(client) != token
    forms = {
        "/account/preferences": {"theme": "dark"},
        "/account/filters": {"name": "Links", "query": "label=link"},
        "/account/password": {"password": PASSWORD, "new_password": PASSWORD},
        "/account/sessions": {},
        "/account/site": {"site": other.site.id},
    }
    for path, form in forms.items():
        assert client.post(path, data={"csrf": token, **form}).status_code == 303, path
    assert csrf(client) == token  # it is the other site's again
    look_at(client, blog)
    assert client.post("/sign-out", data={"csrf": token}).status_code == 303
    assert client.get("/review").status_code == 303


@on_both
def test_no_admin_makes_two_sites_one_owners(
    context: ServiceContext, blog: Blog, other: Blog
) -> None:
    blog.person(ANN, "admin")
    other.person(ANN)
    for email in ("eve@other.example", "bob@other.example"):
        other.person(email, "admin")
    eve = signed_in(context, "eve@other.example")
    refused = give(eve, ANN, "admin")
    assert refused.status_code == 409
    assert "tactful moderator create EMAIL --site NAME --role admin" in refused.text
    assert owners(blog) == {}
    for role in ("moderator", "admin"):  # who is nobody else's
        assert give(eve, "bob@other.example", role).status_code == 303
    other.database.write(lambda tx: put_out(tx, person_at(eve, ANN), other.site.id))
    other.person(ANN, "admin")  # by command
    assert set(owners(blog)) == {blog.site.id, other.site.id}
    assert give(eve, ANN, "moderator").status_code == 303
    assert owners(blog) == {}


@on_both
def test_two_sites_do_not_take_in_the_same_account_at_once(
    context: ServiceContext, blog: Blog, other: Blog
) -> None:
    """It is no site's as both look: who made it would know its password at both."""
    blog.person(ANN, "admin")
    victim, database = other.person("victim@other.example"), blog.database
    database.write(lambda tx: put_out(tx, victim, other.site.id))
    client = signed_in(context, ANN)
    form = {"csrf": csrf(client), "email": "victim@other.example"}
    with ThreadPoolExecutor(1) as thread:
        with unfinished(database, partial(take_in_victim, other)):
            answer = thread.submit(partial(client.post, "/people", data=form))
        assert answer.result().status_code == 409
    assert "victim" not in client.get("/people").text


def take_in_victim(other: Blog, tx: Connection) -> None:
    take_in(tx, "victim@other.example", "!", other.site.id, "moderator", NOW)


def give(client: FlaskClient, email: str, role: str) -> TestResponse:
    form = {"csrf": csrf(client), "wish": "role", "role": role}
    return client.post(f"/people/{person_at(client, email)}", data=form)


def owners(blog: Blog) -> dict[str, str]:
    with blog.database.read() as tx:
        return owners_of_sites(tx)


@pytest.mark.usefixtures("ann")
def test_a_key_in_a_tab_of_another_site_decides_nothing(blog: Blog, sign_in: SignIn) -> None:
    comment = blog.flag()
    page = sign_in()
    assert focus(page) == comment
    _choose(page.context.new_page(), "other")
    status = page.get_by_role("status")
    page.keyboard.press("a")
    expect(status).to_contain_text("Nothing was decided: now you look at other.")
    assert focus(page) == comment
    page.keyboard.press("u")
    expect(status).to_contain_text("Not undone: now you look at other.")
    _choose(page.context.new_page(), "blog")
    page.keyboard.press("a")
    expect(status).to_contain_text("Approved")
    settle(page)


def _choose(tab: Page, site: str) -> None:
    tab.goto("/review")
    with tab.expect_navigation():
        tab.get_by_label("Site").select_option(site)
    tab.close()
