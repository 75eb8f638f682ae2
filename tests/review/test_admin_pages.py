"""What admins change and see: policy, webhooks, insight."""

import re
import time

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import expect
from sqlalchemy import Connection

from rules.loading.presets import preset
from service.app import create_app
from service.context import ServiceContext
from service.review.audit import EXPORT_BATCH
from store.act_records import Moderator
from store.acts import Target, decide_comments
from store.audit import API, note_action
from store.policies import activate_policy, list_policy_versions
from store.records import DecisionWord
from store.sites import rotate_key
from store.stats import DayFigures, daily_medians
from tests.make import SLOW_POLICY, SLOW_TEXT, add_webhook
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


def test_a_trial_of_slow_patterns_ends_in_time_and_says_how_far_it_came(
    with_policy: Blog, client: FlaskClient, csrf: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.review.policy_trial.TRIAL_SECONDS", 2.0)
    with_policy.flag("Short.")
    with_policy.flag(SLOW_TEXT)
    example = f"examples: [{{text: {SLOW_TEXT}, expect: approve}}]\n"
    form = {"csrf": csrf, "active": 1, "source": SLOW_POLICY + example}
    began = time.thread_time()
    tried = client.post("/policy/try", data=form).text
    assert time.thread_time() - began < 12
    assert "there was no time left for it" in tried
    assert "1 of the last comments" in tried
    assert "There was no time for more" in tried


def test_a_site_has_one_trial_at_a_time(
    with_policy: Blog, client: FlaskClient, csrf: str, context: ServiceContext
) -> None:
    with_policy.flag("Short.")
    form = {"csrf": csrf, "active": 1, "source": preset("default")}
    with context.long_waits.up_to(10, only=("trial", with_policy.site.id)):
        assert "0 of the last comments" in client.post("/policy/try", data=form).text
    assert "The last comment" in client.post("/policy/try", data=form).text


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
    page.locator("#trial .error a").first.click()
    chosen = "(area) => area.value.slice(area.selectionStart, area.selectionEnd)"
    assert page.locator("#source").evaluate(chosen) == "ruels: []"
    expect(page.locator("#source")).to_be_focused()
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


def test_what_is_not_sent_again_is_not_on_the_log(
    client: FlaskClient, csrf: str, blog: Blog
) -> None:
    endpoint = add_webhook(blog.database, blog.site.id)
    blog.flag()
    [path] = re.findall(r"/deliveries/dlv_\w+", client.get("/webhooks").text)
    for wish, status, lines in (("disable", 409, 0), ("enable", 303, 1)):
        client.post(f"/webhooks/{endpoint}", data={"csrf": csrf, "wish": wish})
        assert client.post(path, data={"csrf": csrf}).status_code == status
        assert client.get("/audit.csv").text.count("delivery.retried") == lines


def test_a_long_log_comes_in_parts(client: FlaskClient, blog: Blog) -> None:
    def note(tx: Connection) -> None:
        for _ in range(EXPORT_BATCH):  # beside the signing in
            note_action(tx, blog.site.id, API, "a", "b", blog.clock())

    blog.database.write(note)
    parts = [part.decode().splitlines() for part in client.get("/audit.csv").iter_encoded()]
    assert [len(part) for part in parts] == [1, EXPORT_BATCH, 1]
    ids = [row.partition(",")[0] for part in parts[1:] for row in part]
    assert ids == sorted(set(ids), reverse=True)
    assert len(ids) == EXPORT_BATCH + 1


def decide(blog: Blog, who: Moderator, word: DecisionWord, ids: list[str]) -> None:
    targets = [Target(one, 1) for one in ids]
    blog.database.write(
        lambda tx: decide_comments(tx, blog.site.id, who, word, targets, blog.clock())
    )


# What one of them says, and of which comments.
SAID: tuple[tuple[DecisionWord, slice], ...] = (("approve", slice(1)), ("reject", slice(1, None)))


@on_both
def test_insight_says_which_rules_people_disagree_with(blog: Blog, client: FlaskClient) -> None:
    ids = [blog.flag(f"Number {number}", author={"id": "7"}) for number in range(4)]
    moderator = Moderator(blog.person("bob@blog.example"), "bob@blog.example")
    for word, part in SAID:
        decide(blog, moderator, word, ids[part])
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", client.get("/insight?days=7").text))
    assert "profanity 4 1 75 %" in text
    assert "Judged 4" in text
    rows = client.get("/insight.csv?days=7").text.splitlines()
    assert "2026-11-24,action,review,4" in rows
    assert "2026-11-24,rule,profanity,4" in rows


@on_both
def test_whatever_insight_shows_is_a_file_too(blog: Blog, client: FlaskClient) -> None:
    ids = [blog.flag(f"Number {number}", author={"id": "=7"}) for number in range(4)]
    moderator = Moderator(blog.person("bob@blog.example"), "bob@blog.example")
    blog.clock.move(seconds=60)
    for word, part in SAID:
        decide(blog, moderator, word, ids[part])
    page = client.get("/insight?days=7").text
    tables = re.findall(r'href="(/insight\.csv\?[^"]+)"', page)
    files = {}
    for address in tables:
        answer = client.get(address.replace("&amp;", "&"))
        name = re.findall(r"insight-(\w+)-7-days\.csv", answer.headers["Content-Disposition"])[0]
        files[name] = answer.text.splitlines()
    assert files["action"] == ["day,kind,name,count", "2026-11-24,action,review,4"]
    assert files["label"][1:] == ["2026-11-24,label,profanity,4"]
    assert files["rule"][1:] == ["2026-11-24,rule,profanity,4"]
    assert files["precision"] == ["rule,decided,approved,precision", "profanity,4,1,0.75"]
    assert files["authors"] == ["author,held_or_rejected", "'=7,4"]  # no formula
    assert files["engines"][0] == "engine,decisions,overturned,share"
    assert files["engines"][1].split(",")[1:] == ["4", "0", "0.0"]
    figures = dict(row.split(",") for row in files["figures"][1:])
    assert (figures["decisions"], figures["answers_to_review"]) == ("4", "4")
    assert 60 <= float(figures["median_seconds_to_decision"]) <= 64
    assert client.get("/insight.csv?table=others").status_code == 404


@on_both
def test_rules_and_engines_are_told_of_by_the_newest_decisions(
    blog: Blog, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.insight.MOST_DECISIONS", 3)
    ids = [blog.flag(f"Number {number}") for number in range(4)]
    moderator = Moderator(blog.person("bob@blog.example"), "bob@blog.example")
    for word, part in SAID:
        decide(blog, moderator, word, ids[part])
        blog.clock.move(seconds=1)
    told = {
        name: client.get(f"/insight.csv?days=7&table={name}").text.splitlines()[1]
        for name in ("precision", "engines")
    }
    assert told["precision"] == "profanity,3,0,1.0"
    assert told["engines"].split(",")[1] == "3"


@on_both
def test_the_time_to_decision_is_told_day_by_day(blog: Blog, client: FlaskClient) -> None:
    moderator = Moderator(blog.person("bob@blog.example"), "bob@blog.example")
    for waits in ((60, 600, 7200), (30,)):  # seconds, of two days
        for seconds in waits:
            comment = blog.flag(str(seconds))
            blog.clock.move(seconds=seconds - 1)
            decide(blog, moderator, "reject", [comment])
        blog.clock.move(hours=24)
    client.post("/sign-in", data={"email": "ann@blog.example", "password": PASSWORD})
    rows = client.get("/insight.csv?days=7&table=times").text.splitlines()
    assert rows == [
        "day,answers_to_review,median_seconds",
        "2026-11-24,3,600",
        "2026-11-25,1,30",
    ]
    page = client.get("/insight?days=7").text
    assert "<title>2026-11-24: 10 min</title>" in page
    assert "<title>2026-11-25: 30 s</title>" in page


def test_a_busy_day_is_measured_by_its_last_decisions(
    blog: Blog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.stats.MOST_OF_A_DAY", 2)
    moderator = Moderator(blog.person("bob@blog.example"), "bob@blog.example")
    for seconds in (1_000, 10, 20):
        comment = blog.flag(str(seconds))
        blog.clock.move(seconds=seconds - 1)
        decide(blog, moderator, "approve", [comment])
    midnight = blog.clock().replace(hour=0, minute=0, second=0)
    with blog.database.read() as tx:
        days = daily_medians(tx, blog.site.id, midnight, 1)
    assert days == {midnight.date(): DayFigures(2, 15)}


def test_the_newest_day_is_in_view_on_a_small_screen(blog: Blog, sign_in: SignIn) -> None:
    blog.flag("One.")
    blog.person("ann@blog.example", "admin")
    page = sign_in(viewport={"width": 360, "height": 740})
    page.goto("/insight")
    drawn = page.locator(".chart rect").last.bounding_box()
    around = page.get_by_role("region", name="Verdicts a day, drawn").bounding_box()
    assert drawn
    assert around
    assert drawn["x"] + drawn["width"] <= around["x"] + around["width"]


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
