"""What admins choose for their site: what is kept, for how long, and what others are told."""

import re

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import expect

from service.app import create_app
from service.context import ServiceContext
from store.audit import list_audit
from store.records import Site
from store.sites import coral_secret, create_site, get_site
from tests.conftest import NOW
from tests.review.conftest import PASSWORD, Blog, SignIn, on_both

SECRET = "a secret of Coral's"
CHOSEN = {
    "retention_days": "90",
    "sure": "on",
    "addresses": "originals",
    "on_timeout": "reject",
    "akismet_review": "hold",
}


@pytest.fixture
def client(context: ServiceContext, blog: Blog) -> FlaskClient:
    blog.person("ann@blog.example", "admin")
    blog.person("bob@blog.example")
    return signed_in(context, "ann@blog.example")


def signed_in(context: ServiceContext, email: str) -> FlaskClient:
    client = create_app(context).test_client()
    client.post("/sign-in", data={"email": email, "password": PASSWORD})
    return client


def choose(client: FlaskClient, **changes: str) -> int:
    csrf = str(re.findall(r'name="csrf" content="(\w+)"', client.get("/review").text)[0])
    form = {"csrf": csrf, **CHOSEN, **changes}
    return client.post(
        "/site", data={name: text for name, text in form.items() if text}
    ).status_code


def present(blog: Blog) -> Site:
    with blog.database.read() as tx:
        return get_site(tx, blog.site.id)


def log_of(blog: Blog) -> list[str]:
    with blog.database.read() as tx:
        found = list_audit(tx, blog.site.id, action="site.changed", limit=10)
    return [f"{one.actor}: {one.detail}" for one in found]


@on_both
def test_everything_is_chosen_at_once_and_the_log_says_what_changed(
    client: FlaskClient, blog: Blog
) -> None:
    other, _ = blog.database.write(lambda tx: create_site(tx, "other", NOW))
    assert choose(client) == 303
    found = present(blog)
    assert (found.retention_days, found.keep_addresses) == (90, True)
    assert (found.on_timeout, found.akismet_review) == ("reject", "hold")
    said = "on_timeout: reject, akismet_review: hold, keep_addresses: True, retention_days: 90"
    assert log_of(blog) == [f"ann@blog.example: {said}"]
    assert choose(client) == 303
    assert len(log_of(blog)) == 1, "nothing changed"
    page = client.get("/site").text
    assert 'value="90"' in page
    assert re.search(r'value="originals" checked', page)
    with blog.database.read() as tx:
        assert get_site(tx, other.id) == other
    assert choose(client, retention_days="", sure="", addresses="hashed") == 303
    assert (present(blog).retention_days, present(blog).keep_addresses) == (None, False)


def test_content_goes_sooner_only_for_who_says_so_twice(client: FlaskClient, blog: Blog) -> None:
    assert choose(client, sure="") == 422
    assert present(blog).retention_days is None
    choose(client)
    assert choose(client, sure="", retention_days="89") == 422
    assert choose(client, sure="", retention_days="91") == 303
    assert present(blog).retention_days == 91


@pytest.mark.parametrize(
    "changes",
    [
        {"retention_days": "0"},
        {"retention_days": "-1"},
        {"retention_days": "1.5"},
        {"retention_days": "٣"},
        {"retention_days": "36501"},
        {"retention_days": "9" * 400},
        {"on_timeout": "burn"},
        {"akismet_review": "maybe"},
        {"coral_secret": "short"},
    ],
)
def test_what_cannot_be_is_refused_whole(
    client: FlaskClient, blog: Blog, changes: dict[str, str]
) -> None:
    before = present(blog)
    assert choose(client, **changes) == 422
    assert present(blog) == before
    assert log_of(blog) == []


def test_corals_secret_is_sealed_never_shown_and_forgotten(
    client: FlaskClient, blog: Blog, context: ServiceContext
) -> None:
    assert choose(client, coral_secret=SECRET) == 303
    with blog.database.read() as tx:
        sealed = coral_secret(tx, blog.site.id)
    assert sealed is not None
    assert context.sealer.open(sealed) == SECRET
    assert SECRET not in client.get("/site").text + client.get("/audit").text
    choose(client)
    with blog.database.read() as tx:
        assert coral_secret(tx, blog.site.id) == sealed
    choose(client, no_coral="on")
    with blog.database.read() as tx:
        assert coral_secret(tx, blog.site.id) is None
    assert [line.rpartition(" ")[2] for line in log_of(blog)] == ["removed", "replaced"]


def test_it_is_for_admins_with_a_form_of_their_own(
    client: FlaskClient, blog: Blog, context: ServiceContext
) -> None:
    bob = signed_in(context, "bob@blog.example")
    assert bob.get("/site").status_code == 403
    assert choose(bob) == 403
    assert client.post("/site", data={"csrf": "0" * 64, **CHOSEN}).status_code == 403
    assert present(blog).retention_days is None
    assert 'href="/site"' in client.get("/review").text
    assert 'href="/site"' not in bob.get("/review").text


def test_a_person_chooses_with_the_keyboard(blog: Blog, sign_in: SignIn) -> None:
    blog.person("ann@blog.example", "admin")
    page = sign_in()
    page.get_by_role("link", name="Site", exact=True).click()
    page.get_by_label("Days after which").fill("30")
    page.get_by_label("Fewer days than before").press("Space")
    page.get_by_label("as they are").press("Space")
    page.get_by_role("button", name="Keep").press("Enter")
    expect(page.get_by_label("as they are")).to_be_checked()
    expect(page.get_by_label("Days after which")).to_have_value("30")
    assert (present(blog).retention_days, present(blog).keep_addresses) == (30, True)
    assert page.evaluate("window.violations") == []
