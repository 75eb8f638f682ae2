"""What admins change and see: policy, webhooks, insight."""

import re

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import expect

from rules.presets import preset
from service.app import create_app
from service.context import ServiceContext
from store.act_records import Moderator
from store.acts import Target, decide_comments
from store.policies import activate_policy, list_policy_versions
from store.sites import rotate_key
from tests.review.conftest import PASSWORD, Blog, SignIn, on_both


@pytest.fixture
def client(context: ServiceContext, blog: Blog) -> FlaskClient:
    blog.person("ann@blog.example", "admin")
    client = create_app(context).test_client()
    client.post("/sign-in", data={"email": "ann@blog.example", "password": PASSWORD})
    return client


@pytest.fixture
def csrf(client: FlaskClient) -> str:
    return str(re.findall(r'name="csrf" content="(\w+)"', client.get("/review").text)[0])


@pytest.fixture
def with_policy(blog: Blog) -> Blog:
    source = preset("default")
    blog.database.write(
        lambda tx: activate_policy(tx, blog.site.id, "default", source, blog.clock())
    )
    return blog


def test_a_policy_is_checked_tried_activated_and_taken_back(
    with_policy: Blog, client: FlaskClient, csrf: str
) -> None:
    with_policy.flag("What a load of bullshit.")
    source = preset("default")
    broken = source.replace("rules:", "ruels:", 1)
    form = {"csrf": csrf, "active": 1, "source": broken}
    assert "did you mean" in client.post("/policy/lint", data=form).text.lower()
    assert client.post("/policy", data=form).status_code == 422
    other = source.replace("name: default", "name: stricter", 1)
    form = {"csrf": csrf, "active": 1, "source": other.replace("\n", "\r\n")}
    tried = client.post("/policy/try", data=form).text
    assert "The last comment" in tried
    assert "stricter" in tried
    assert _versions(with_policy) == [1]
    assert client.post("/policy", data=form).status_code == 303
    assert _versions(with_policy) == [2, 1]
    assert client.post("/policy", data=form).status_code == 409  # somebody was faster
    assert "version 1 differs" in client.get("/policy?version=1").text
    back = {"csrf": csrf, "active": 2, "source": source}
    assert client.post("/policy", data=back).status_code == 303
    assert _versions(with_policy) == [3, 2, 1]
    assert "policy.activated" in client.get("/audit").text


def _versions(blog: Blog) -> list[int]:
    with blog.database.read() as tx:
        return [one.version for one in list_policy_versions(tx, blog.site.id)]


def test_a_policy_is_checked_as_one_types(with_policy: Blog, sign_in: SignIn) -> None:
    with_policy.person("ann@blog.example", "admin")
    page = sign_in()
    page.goto("/policy")
    expect(page.locator("#trial")).to_contain_text("No errors")
    page.get_by_label("Rules, as YAML").press("Control+End")
    page.keyboard.type("\nruels: []\n")
    expect(page.locator("#trial .error").first).to_contain_text("ruels")
    assert page.evaluate("window.violations") == []


def test_an_endpoint_is_added_pinged_rotated_and_removed(client: FlaskClient, csrf: str) -> None:
    form = {"csrf": csrf, "url": "https://blog.example/hook", "events": ["comment.decided"]}
    page = client.post("/webhooks", data=form).text
    assert re.search(r"whsec_\S{30,}", page)
    assert not re.search(r"whsec_\S{30,}", client.get("/webhooks").text)
    path = re.findall(r"/webhooks/whk_\w+", page)[0]
    assert "whsec_" in client.post(path, data={"csrf": csrf, "wish": "rotate"}).text
    for wish in ("ping", "disable", "enable", "remove"):
        assert client.post(path, data={"csrf": csrf, "wish": wish}).status_code == 303
    assert client.post(path, data={"csrf": csrf, "wish": "ping"}).status_code == 404
    private = client.post("/webhooks", data={**form, "url": "http://127.0.0.1/hook"})
    assert private.status_code == 422
    assert "TACTFUL_WEBHOOK_ALLOW" in private.text


@on_both
def test_insight_says_which_rules_people_disagree_with(blog: Blog, client: FlaskClient) -> None:
    ids = [blog.flag(f"Number {number}", author={"id": "7"}) for number in range(4)]
    moderator = Moderator(blog.person("bob@blog.example"), "bob@blog.example")
    for word, chosen in (("approve", ids[:1]), ("reject", ids[1:])):
        targets = [Target(one, 1) for one in chosen]
        blog.database.write(
            lambda tx, word=word, targets=targets: decide_comments(  # type: ignore[misc]
                tx, blog.site.id, moderator, word, targets, blog.clock()
            )
        )
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", client.get("/insight?days=7").text))
    assert "profanity 4 1 75 %" in text
    assert "Judged 4" in text
    rows = client.get("/insight.csv?days=7").text.splitlines()
    assert "2026-11-24,action,review,4" in rows
    assert "2026-11-24,rule,profanity,4" in rows


def test_a_key_is_replaced_and_the_old_one_opens_nothing(
    client: FlaskClient, csrf: str, blog: Blog
) -> None:
    def opens(key: str) -> bool:
        header = {"Authorization": f"Bearer {key}"}
        fresh = client.application.test_client()
        return fresh.get("/v1/comments", headers=header).status_code == 200

    old = blog.database.write(lambda tx: rotate_key(tx, blog.site.id, "api", blog.clock()))
    answer = client.post("/keys", data={"csrf": csrf, "kind": "api"})
    new = re.findall(r"<code>(tk_[^<]+)</code>", answer.text)[0]
    assert (opens(new), opens(old)) == (True, False)
    assert new not in client.get("/keys").text
    assert "key.renewed" in client.get("/audit").text
