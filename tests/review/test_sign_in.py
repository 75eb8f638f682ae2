"""Signing in, and what protects whoever is signed in."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import islice

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from service.app import create_app
from service.context import ServiceContext
from service.http.proxies import behind_proxies, parse_networks
from store.people import add_moderator, hash_password
from store.sites import create_site
from store.tables import memberships
from tests.conftest import NOW
from tests.review.conftest import PASSWORD, Blog, on_both, unfinished
from tests.service.api.conftest import Clock


@pytest.fixture
def client(context: ServiceContext, blog: Blog) -> FlaskClient:
    blog.person("ann@blog.example", "admin")
    return create_app(context).test_client()


def enter(client: FlaskClient, password: str = PASSWORD, **options: object) -> TestResponse:
    form = {"email": " Ann@Blog.example", "password": password, **options}
    return client.post("/sign-in", data=form)


def csrf(client: FlaskClient, path: str = "/review") -> str:
    found = re.search(r'name="csrf" content="([0-9a-f]{64}_\w+)"', client.get(path).text)
    assert found is not None
    return found.group(1)


def test_the_right_password_opens_the_queue(client: FlaskClient) -> None:
    assert client.get("/review").location == "/sign-in?next=%2Freview"
    answer = enter(client)
    assert (answer.status_code, answer.location) == (303, "/review")
    assert client.get("/review").status_code == 200


def test_the_bare_address_leads_to_the_queue(client: FlaskClient) -> None:
    enter(client)
    assert client.get("/").location == "/review"


def test_a_wrong_password_and_an_unknown_person_are_told_the_same(client: FlaskClient) -> None:
    wrong, unknown = enter(client, "wrong"), enter(client, email="eve@blog.example")
    assert (wrong.status_code, unknown.status_code) == (401, 401)
    assert "do not belong together" in wrong.text
    assert "do not belong together" in unknown.text
    assert client.get("/review").status_code == 303


def test_guessing_is_throttled_and_forgotten(client: FlaskClient, clock: Clock) -> None:
    answers = [enter(client, "wrong").status_code for _ in range(9)]
    assert answers == [401] * 8 + [429]
    assert enter(client).status_code == 429  # even the right one
    clock.move(minutes=16)
    assert enter(client).status_code == 303


@pytest.mark.parametrize(
    ("trusted", "route", "status"),
    [
        ("", "9.8.7.6 < 198.51.100.{}", 429),  # a stranger who makes headers up
        ("", "10.1.2.3 < 192.0.2.{}, 198.51.100.1", 429),  # one stranger, by a proxy
        ("", "10.1.2.3 < 192.0.2.1, 198.51.100.{}", 303),  # strangers, by a proxy nobody named
        ("10.0.0.0/8", "10.1.2.3 < 198.51.100.1, 10.1.2.9", 429),
        ("10.0.0.0/8", "10.1.2.3 < 198.51.100.{}", 303),
        ("10.0.0.0/8", "10.1.2.3 < 2001:db8:0:1::{}", 429),  # one has a whole /64
        ("", "10.1.2.3 < 2001:db8:0:1::{}", 429),
        ("10.0.0.0/8", "10.1.2.3 < 2001:db8:0:{}::1", 303),
        ("10.0.0.0/8", "10.1.2.3 < ::ffff:198.51.100.{}", 303),  # IPv4, on a socket of both
    ],
)
def test_strangers_lock_out_whoever_has_their_address_and_nobody_behind_their_proxy(
    context: ServiceContext,
    blog: Blog,
    monkeypatch: pytest.MonkeyPatch,
    trusted: str,
    route: str,
    status: int,
) -> None:
    monkeypatch.setattr("store.sign_ins.FAILURES_AN_ADDRESS", 3)
    blog.person("ann@blog.example", "admin")
    app = create_app(context)
    app.wsgi_app = behind_proxies(app.wsgi_app, parse_networks(trusted))  # type: ignore[assignment,method-assign]
    client, (peer, forwarded) = app.test_client(), route.split(" < ")

    def sign_in(number: int, password: str, email: str) -> int:
        form = {"email": email, "password": password}
        headers = {"X-Forwarded-For": forwarded.format(number)}
        base = {"REMOTE_ADDR": peer}
        return client.post("/sign-in", data=form, headers=headers, environ_base=base).status_code

    for number in range(3):
        assert sign_in(number, "wrong", f"nobody{number}@x.example") == 401
    assert sign_in(9, PASSWORD, "ann@blog.example") == status


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("2001:db8:0:1::9", 303),  # of the /64 where she is signed in
        ("2001:db8:0:2::9", 429),
        ("10.1.2.3 < 2001:db8:0:1::9", 429),  # who made up her address, by a proxy nobody named
    ],
)
def test_strangers_who_know_an_address_of_mail_do_not_lock_its_person_out(
    context: ServiceContext, blog: Blog, monkeypatch: pytest.MonkeyPatch, address: str, status: int
) -> None:
    monkeypatch.setattr("store.sign_ins.FAILURES_OF_ALL", 12)
    blog.person("ann@blog.example", "admin")
    app = create_app(context)
    app.wsgi_app = behind_proxies(app.wsgi_app, ())  # type: ignore[assignment,method-assign]

    def sign_in(route: str, password: str) -> int:
        peer, _, forwarded = route.partition(" < ")
        client = app.test_client()
        client.environ_base["REMOTE_ADDR"] = peer
        if forwarded:
            client.environ_base["HTTP_X_FORWARDED_FOR"] = forwarded
        return enter(client, password).status_code

    assert sign_in("2001:db8:0:1::1", PASSWORD) == 303
    guesses = [sign_in(f"10.1.2.3 < 192.0.2.{number}", "wrong") for number in range(11)]
    assert guesses == [401] * 11
    assert sign_in("203.0.113.5", PASSWORD) == 303  # where she never was
    guesses = [sign_in(f"10.1.2.3 < 192.0.2.{number}", "wrong") for number in range(13)]
    assert guesses == [401] * 12 + [429]
    assert sign_in(address, PASSWORD) == status


def test_one_sender_guesses_no_more_where_its_victim_is_signed_in(client: FlaskClient) -> None:
    assert enter(client).status_code == 303
    guesses = [enter(client, "wrong").status_code for _ in range(9)]
    assert guesses == [401] * 8 + [429]


def test_the_cookie_is_for_the_browser_alone(client: FlaskClient) -> None:
    cookie = enter(client).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie  # `up` speaks plain HTTP on loopback
    over_tls = client.post(
        "/sign-in",
        data={"email": "ann@blog.example", "password": PASSWORD},
        headers={"X-Forwarded-Proto": "https"},
    )
    assert "Secure" in over_tls.headers["Set-Cookie"]


def test_a_session_ends_when_idle_when_old_and_when_ended(
    client: FlaskClient, clock: Clock
) -> None:
    enter(client)
    clock.move(hours=13)
    assert client.get("/review").status_code == 303
    enter(client)
    for _ in range(7 * 3 + 1):
        clock.move(hours=8)
        last = client.get("/account").status_code
    assert last == 303
    enter(client)
    assert client.post("/sign-out", data={"csrf": csrf(client)}).status_code == 303
    assert client.get("/review").status_code == 303


def test_a_queue_that_is_left_open_does_not_keep_its_session(
    client: FlaskClient, clock: Clock
) -> None:
    enter(client)
    heartbeat = {"csrf": csrf(client), "comment": "cmt_none"}
    for _ in range(13):
        clock.move(hours=1)
        told = client.get("/review/live")
        list(islice(told.iter_encoded(), 2))
        told.close()
        client.get("/review/counts")
        client.post("/review/claims", data=heartbeat)
    assert client.get("/review").status_code == 303


def test_a_form_without_the_sessions_token_changes_nothing(client: FlaskClient) -> None:
    enter(client)
    for form in ({}, {"csrf": ""}, {"csrf": "0" * 64}):
        assert client.post("/people", data={"email": "eve@x.example", **form}).status_code == 403
    assert "eve@x.example" not in client.get("/people").text


def test_another_sites_form_cannot_sign_anybody_in(client: FlaskClient) -> None:
    form = {"email": "ann@blog.example", "password": PASSWORD}
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        assert client.post("/sign-in", data=form, headers=headers).status_code == 403


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_never_leads_to_another_site(client: FlaskClient, target: str) -> None:
    assert enter(client, next=target).location == "/review"


def test_the_policy_of_content_is_strict_on_every_page(client: FlaskClient) -> None:
    enter(client)
    for path in ("/sign-in", "/review", "/people", "/audit", "/account", "/comments/none"):
        policy = client.get(path).headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


def test_a_moderator_sees_nothing_of_another_site(client: FlaskClient, blog: Blog) -> None:
    database = blog.database
    other, _ = database.write(lambda tx: create_site(tx, "other", NOW))
    database.write(
        lambda tx: add_moderator(
            tx, "bob@other.example", hash_password("b"), other.id, "admin", NOW
        )
    )
    secret = blog.flag("The secret of the blog.", author={"id": "7"})
    client.post("/sign-in", data={"email": "bob@other.example", "password": "b"})
    token = csrf(client)
    paths = ("/review", f"/review?focus={secret}", "/review?author=7", "/review?q=secret")
    for path in (*paths, f"/review/bulk?comment={secret}:1", "/audit", "/people"):
        assert "secret of the blog" not in client.get(path).text
        assert "ann@blog.example" not in client.get(path).text
    for path in (f"/comments/{secret}", f"/review/card/{secret}"):
        assert client.get(path).status_code == 404
    form = {"csrf": token, "comment": f"{secret}:1", "word": "reject", "kind": "escalate"}
    assert client.post("/review/decisions", data=form).status_code == 409
    assert client.post("/review/moves", data=form).status_code == 409
    client.post("/review/notes", data={**form, "note": "mine"})
    client.post("/sign-out", data={"csrf": token})
    enter(client)
    page = client.get(f"/comments/{secret}").text
    assert "scored" in page
    assert "mine" not in page


def test_admins_pages_are_for_admins(client: FlaskClient, blog: Blog) -> None:
    blog.person("bob@blog.example")
    client.post("/sign-in", data={"email": "bob@blog.example", "password": PASSWORD})
    for path in ("/people", "/audit", "/audit.csv"):
        assert client.get(path).status_code == 403


def test_an_admin_adds_people_and_the_log_says_so(client: FlaskClient) -> None:
    enter(client)
    token = csrf(client)
    added = add(client, "cy@blog.example")
    password = password_in(added)
    member = re.findall(r"/people/(usr_\w+)", added.text)
    assert "the last admin" in _refusal(client, token, member[0], "remove").lower()
    fresh = create_app_client(client)
    fresh.post("/sign-in", data={"email": "cy@blog.example", "password": password})
    assert fresh.get("/review").status_code == 200
    client.post(f"/people/{member[1]}", data={"csrf": token, "wish": "remove"})
    assert fresh.get("/review").status_code == 303
    log = client.get("/audit.csv").text
    for action in ("person.added", "person.signed-in", "person.removed"):
        assert action in log


@on_both
def test_two_admins_who_demote_each_other_leave_one(client: FlaskClient, blog: Blog) -> None:
    bob, bobs_id = create_app_client(client), blog.person("bob@blog.example", "admin")
    enter(client)
    enter(bob, email="bob@blog.example")
    posts = [
        partial(one.post, f"/people/{other}", data={"csrf": csrf(one), "wish": "role"})
        for one, other in ((client, bobs_id), (bob, person_at(client, "ann@blog.example")))
    ]
    locked = select(memberships).with_for_update()
    with ThreadPoolExecutor(2) as threads:
        with unfinished(blog.database, lambda tx: tx.execute(locked)):
            answers = [threads.submit(post) for post in posts]
        assert sorted(answer.result().status_code for answer in answers) == [303, 409]


@pytest.fixture
def elsewhere(client: FlaskClient, blog: Blog) -> FlaskClient:
    """Return the browser of bob, the admin of another site, signed in."""
    site, _ = blog.database.write(lambda tx: create_site(tx, "elsewhere", NOW))
    replace(blog, site=site).person("bob@elsewhere.example", "admin")
    other = create_app_client(client)
    enter(other, email="bob@elsewhere.example")
    return other


def add(client: FlaskClient, email: str) -> TestResponse:
    return client.post("/people", data={"csrf": csrf(client), "email": email})


def password_in(page: TestResponse) -> str:
    return str(re.findall(r"<code>([^<]+)</code>", page.text)[0])


def change(client: FlaskClient, email: str, wish: str) -> TestResponse:
    path = f"/people/{person_at(client, email)}"
    return client.post(path, data={"csrf": csrf(client), "wish": wish})


def person_at(client: FlaskClient, email: str) -> str:
    page = client.get("/people").text
    [person] = re.findall(rf"{email}</td>.*?/people/(usr_\w+)", page, re.S)
    return str(person)


def test_an_account_that_another_site_made_is_not_let_in(
    client: FlaskClient, elsewhere: FlaskClient
) -> None:
    """Who made it knows its password, and would look at this site under somebody's name."""
    victim = "victim@blog.example"
    known = password_in(add(elsewhere, victim))
    enter(client)
    answer = add(client, " Victim@Blog.example")
    assert answer.status_code == 409
    assert "tactful moderator create" in answer.text
    assert victim not in client.get("/people").text
    # Without a site it is nobody's, and what was known of it opens nothing.
    thief = create_app_client(client)
    assert enter(thief, known, email=victim).status_code == 303
    change(elsewhere, victim, "remove")
    fresh = password_in(add(client, victim))
    assert thief.get("/review").status_code == 303
    assert enter(thief, known, email=victim).status_code == 401
    assert enter(thief, fresh, email=victim).status_code == 303


def test_a_site_ends_no_session_that_another_site_needs(
    client: FlaskClient, elsewhere: FlaskClient, blog: Blog
) -> None:
    blog.person("bob@elsewhere.example")
    enter(client)
    refused = change(client, "bob@elsewhere.example", "sign-out")
    assert refused.status_code == 409
    assert "moderates other sites, too" in refused.text
    assert change(client, "bob@elsewhere.example", "remove").status_code == 303
    assert "bob@elsewhere.example" not in client.get("/people").text
    assert elsewhere.get("/people").status_code == 200
    assert change(client, "ann@blog.example", "sign-out").status_code == 303
    assert client.get("/review").status_code == 303


def test_a_new_password_ends_the_other_sessions(client: FlaskClient) -> None:
    enter(client)
    other = create_app_client(client)
    enter(other)
    form = {"csrf": csrf(client), "password": PASSWORD, "new_password": "another long one"}
    assert client.post("/account/password", data=form).status_code == 303
    assert client.get("/review").status_code == 200
    assert other.get("/review").status_code == 303
    assert enter(other).status_code == 401


def test_guessing_the_present_password_is_throttled_as_at_sign_in(
    client: FlaskClient, clock: Clock
) -> None:
    enter(client)
    form = {"csrf": csrf(client), "new_password": "another long one"}

    def try_(password: str) -> int:
        return client.post("/account/password", data={**form, "password": password}).status_code

    assert [try_("wrong") for _ in range(8)] == [403] * 8
    assert try_(PASSWORD) == enter(client).status_code == 429
    clock.move(minutes=16)
    assert try_(PASSWORD) == 303


def _refusal(client: FlaskClient, token: str, person: str, wish: str) -> str:
    answer = client.post(f"/people/{person}", data={"csrf": token, "wish": wish})
    assert answer.status_code == 409
    return answer.text


def create_app_client(client: FlaskClient) -> FlaskClient:
    return client.application.test_client()
