from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from werkzeug.test import TestResponse

from rules.comment import Comment
from rules.loading.presets import preset
from service.context import ServiceContext
from tests.kept_texts import kept_texts
from tests.service.api.conftest import Caller, json_of
from workers.doorbell import queue_named
from workers.spam.scoring import prior_model

YAML = {"Content-Type": "application/yaml"}
LENIENT = "name: lenient  # a comment that is kept\nrules: []\n"
STRICT = """
name: strict
rules:
  - id: rude
    when: toxicity > 0.1
    action: reject
    message: too rude
"""


def put(blog: Caller, source: str, **headers: str) -> TestResponse:
    return blog("PUT", "/v1/policy", data=source, headers={**YAML, **headers})


def test_a_policy_is_given_back_as_it_was_written(blog: Caller) -> None:
    assert json_of(put(blog, LENIENT))["version"] == 1
    answer = blog.get("/v1/policy")
    assert (answer.text, answer.mimetype) == (LENIENT, "application/yaml")
    assert answer.headers["ETag"] == '"1"'


def test_a_policy_can_be_read_and_written_as_json(blog: Caller) -> None:
    source = '{"name": "strict", "rules": [{"id": "a", "when": "spam > 0.5"}]}'
    put(blog, source, **{"Content-Type": "application/json"})
    answer = blog.get("/v1/policy", headers={"Accept": "application/json"})
    assert json_of(answer) == {"name": "strict", "rules": [{"id": "a", "when": "spam > 0.5"}]}


def test_a_site_without_a_policy_says_so(blog: Caller) -> None:
    assert blog.get("/v1/policy").status_code == 404


def test_every_version_is_kept_and_the_same_text_is_no_new_one(blog: Caller) -> None:
    for source in (LENIENT, STRICT, STRICT):
        put(blog, source)
    listed = json_of(blog.get("/v1/policy/versions"))["items"]
    assert [(item["version"], item["name"]) for item in listed] == [(2, "strict"), (1, "lenient")]


def test_a_worker_is_told_of_a_policy_that_was_activated(
    blog: Caller, context: ServiceContext
) -> None:
    put(blog, "name: broken\nrules: 7")
    assert len(queue_named("score", context.redis)) == 0
    put(blog, STRICT)
    assert len(queue_named("score", context.redis)) == 1


def test_an_error_has_its_line_and_column_and_changes_nothing(blog: Caller) -> None:
    put(blog, LENIENT)
    answer = put(blog, STRICT.replace("toxicity", "toxicty"))
    assert answer.status_code == 422
    [error] = json_of(answer)["errors"]
    assert (error["line"], error["column"]) == (5, 11)
    assert "toxicity" in error["detail"]
    assert blog.get("/v1/policy").text == LENIENT


@pytest.mark.parametrize("source", ["", "[]", "name: [", "a: &a [*a]", "name: x\x01", '"\\ud800"'])
def test_what_is_no_policy_is_refused(blog: Caller, source: str) -> None:
    answer = put(blog, source)
    assert answer.status_code == 422
    assert json_of(answer)["type"] == "/docs#problem-invalid-policy"


def test_what_is_no_text_is_refused(blog: Caller) -> None:
    assert blog("PUT", "/v1/policy", data=b"\xff", headers=YAML).status_code == 400
    assert put(blog, LENIENT, **{"Content-Type": "text/html"}).status_code == 415


def test_a_policy_that_somebody_else_replaced_is_not_overwritten(blog: Caller) -> None:
    etag = put(blog, LENIENT).headers["ETag"]
    assert put(blog, STRICT, **{"If-Match": etag}).status_code == 200
    answer = put(blog, LENIENT, **{"If-Match": etag})
    assert answer.status_code == 412
    assert blog.get("/v1/policy").text == STRICT


def test_a_first_policy_overwrites_none(blog: Caller) -> None:
    first = {"If-None-Match": "*"}
    assert put(blog, STRICT, **{"If-Match": "*"}).status_code == 412, "there is none"
    etag = put(blog, LENIENT, **first).headers["ETag"]
    for refused in (first, {"If-None-Match": etag}):
        assert put(blog, STRICT, **refused).status_code == 412
    assert blog.get("/v1/policy").text == LENIENT
    assert put(blog, STRICT, **{"If-None-Match": '"7"'}).status_code == 200


def test_of_two_who_replace_the_same_version_at_once_one_wins(blog: Caller) -> None:
    etag = put(blog, LENIENT).headers["ETag"]

    def replace(number: int) -> int:
        source = LENIENT.replace("lenient", f"lenient{number}")
        return put(blog, source, **{"If-Match": etag}).status_code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(replace, range(4))) == [200, 412, 412, 412]


def test_a_policy_is_its_sites_own(blog: Caller, other: Caller) -> None:
    put(blog, LENIENT)
    assert other.get("/v1/policy").status_code == 404


def test_a_policy_can_be_tried_before_it_judges(blog: Caller) -> None:
    put(blog, LENIENT)
    body = {"policy": STRICT, "comments": [{"body": "Hello"}, {"body": "You"}]}
    answer = json_of(blog.post("/v1/policy/test", body))
    assert answer["policy"] == {"name": "strict", "version": 0}
    assert [judged["action"] for judged in answer["judgements"]] == ["reject", "reject"]
    assert json_of(blog.get("/v1/comments"))["items"] == []
    assert blog.get("/v1/policy").text == LENIENT


def test_a_tried_text_is_not_remembered(blog: Caller) -> None:
    texts = [{"body": "You idiot, see https://forget.example/"}]
    json_of(blog.post("/v1/policy/test", {"policy": preset("default"), "comments": texts}))
    assert not any(kept_texts())


def test_the_active_policy_can_be_tried(blog: Caller) -> None:
    put(blog, LENIENT)
    answer = json_of(blog.post("/v1/policy/test", {"comments": [{"body": "Hello"}]}))
    assert answer["policy"] == {"name": "lenient", "version": 1}
    assert answer["judgements"][0]["action"] == "approve"


def test_a_trial_takes_what_is_known_of_an_authors_past(blog: Caller) -> None:
    trusting = "name: a\nrules:\n  - {id: new, when: author.approved_count < 3, action: reject}\n"
    known = [{}, {"history": {"approved": 0}}, {"history": {"approved": 3}}]
    comments = [{"body": "Hello", **past} for past in known]
    tried = blog.post("/v1/policy/test", {"policy": trusting, "comments": comments})
    actions = [judged["action"] for judged in json_of(tried)["judgements"]]
    assert actions == ["approve", "reject", "approve"]
    for wrong in ({"approved": -1}, {"approved": "3"}, {"liked": 1}, {"ip_spam_rate": 1.5}):
        comments = [{"body": "Hello", "history": wrong}]
        tried = blog.post("/v1/policy/test", {"policy": trusting, "comments": comments})
        assert tried.status_code == 422


def test_a_trial_knows_how_far_the_service_looks_back(blog: Caller) -> None:
    rule = "{id: a, when: flood.minutes == 10 and campaign.hours == 24, action: reject}"
    body = {"policy": f"name: a\nrules: [{rule}]\n", "comments": [{"body": "Hello"}]}
    judged = json_of(blog.post("/v1/policy/test", body))["judgements"]
    assert [one["action"] for one in judged] == ["reject"]


def test_a_trial_says_what_the_service_would_say_of_the_whole_comment(blog: Caller) -> None:
    lines = ("{id: spam, when: spam >= 0, labels: [spam]}", "{id: toxic, when: toxicity > 0.1}")
    policy = "\n  - ".join(["name: a\nrules:", *lines])
    bare: dict[str, Any] = {"body": "Hello, a fine article"}
    seller = {"name": "Cheap Viagra", "url": "http://cheap-viagra.example"}
    told = {**bare, "author": seller, "metadata": {"spam_signals": {"honeypot": True}}}
    german = {"body": "Das ist wirklich nicht die Art, wie man redet"}
    tried = blog.post("/v1/policy/test", {"policy": policy, "comments": [bare, told, german]})
    judgements = json_of(tried)["judgements"]
    spam = [judged["scores"]["spam"] for judged in judgements]
    assert spam == [
        prior_model().suspect(Comment.model_validate(one)).score for one in (bare, told, german)
    ]
    assert spam[0] < spam[1]
    reasons = [{each["rule"]: each for each in judged["reasons"]} for judged in judgements]
    assert [match["text"] for match in reasons[0]["toxic"]["matches"]] == ["Hello"]
    assert reasons[1]["spam"]["message"].startswith("spam: ")
    assert "unsupported-language" in judgements[2]["labels"]
    assert "toxic" not in reasons[2]


def test_a_trial_of_nothing_or_of_no_policy_is_refused(blog: Caller) -> None:
    assert blog.post("/v1/policy/test", {"comments": []}).status_code == 422
    assert blog.post("/v1/policy/test", {"comments": [{"body": "a"}]}).status_code == 404
    wrong = {"policy": "name: [", "comments": [{"body": "a"}]}
    assert blog.post("/v1/policy/test", wrong).status_code == 422
