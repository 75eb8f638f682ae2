"""The first thread that the service must handle: four comments of a real blog."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from standardwebhooks import Webhook

from tests.receivers import Receiver, running_receiver
from tests.service.running import RunningUp

SEED = json.loads((Path(__file__).parents[3] / "shared" / "data" / "seed_thread.json").read_text())


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with running_receiver() as receiver:
        yield receiver


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningUp]:
    data = tmp_path_factory.mktemp("seed") / "data"
    with RunningUp(data, TACTFUL_WEBHOOK_ALLOW="127.0.0.1/32") as up:
        yield up


def as_submitted(comment: dict[str, Any]) -> dict[str, Any]:
    thread = {"title": SEED["thread"]["title"]}
    if comment["parent"]:
        thread["parent"] = comment["parent"]
    return {"external_id": comment["external_id"], "body": comment["body"], "thread": thread}


def test_the_seed_thread_is_judged_and_told(up: RunningUp, receiver: Receiver) -> None:
    api = up.api()
    hook = api.post("/v1/webhooks", json={"url": receiver.url, "events": ["comment.verdict"]})
    assert hook.status_code == 201, hook.text
    for comment in SEED["comments"]:
        answer = api.post("/v1/comments", json=as_submitted(comment))
        assert answer.status_code == 202, answer.text

    receiver.wait_for(4)

    verifier = Webhook(hook.json()["secret"])
    for one in receiver.received:
        verifier.verify(one.body.decode(), one.headers)
    assert len({one.headers["webhook-id"] for one in receiver.received}) == 4
    verdicts = {one.data["external_id"]: one.data["verdict"] for one in receiver.received}
    actions = {external_id: verdict["action"] for external_id, verdict in verdicts.items()}
    assert actions == {
        "seed-1": "approve",
        "seed-2": "review",
        "seed-3": "review",
        "seed-4": "approve",
    }
    assert marked(verdicts, "seed-2") >= {"shit", "dick-tators"}
    assert marked(verdicts, "seed-3") == {"shit"}


def marked(verdicts: dict[str, Any], external_id: str) -> set[str]:
    """Return the parts of the text as submitted that the spans of the verdict cover."""
    body = next(c["body"] for c in SEED["comments"] if c["external_id"] == external_id)
    matches = [match for reason in verdicts[external_id]["reasons"] for match in reason["matches"]]
    for match in matches:
        assert body[match["start"] : match["end"]] == match["text"]
    return {match["text"] for match in matches}


def test_a_waiting_caller_gets_the_verdict_in_the_answer(up: RunningUp) -> None:
    answer = up.api().post(
        "/v1/comments",
        json={"body": "What a load of bullshit."},
        headers={"Prefer": "wait=10"},
    )
    assert answer.status_code == 200
    comment = answer.json()
    assert comment["status"] == "scored"
    assert comment["verdict"]["action"] == "review"
    assert "profanity" in comment["verdict"]["labels"]


def test_a_decision_is_told_too(up: RunningUp, receiver: Receiver) -> None:
    api = up.api()
    api.post("/v1/webhooks", json={"url": receiver.url, "events": ["comment.decided"]})
    held = api.post("/v1/comments", json={"body": "Bullshit."}, headers={"Prefer": "wait=10"})
    comment_id = held.json()["id"]
    answer = api.post(f"/v1/comments/{comment_id}/decision", json={"decision": "approve"})
    assert answer.status_code == 200
    receiver.wait_for(1, "comment.decided")
    told = receiver.received[0].data
    assert (told["id"], told["status"]) == (comment_id, "decided")
    assert told["decision"]["decision"] == "approve"


def test_analyze_stores_nothing(up: RunningUp) -> None:
    api: httpx.Client = up.api()
    before = api.get("/v1/comments").json()["items"]
    answer = api.post("/v1/analyze", json={"text": "You utter b u l l s h i t artist"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["scores"]["profanity"] > 0.5
    assert api.get("/v1/comments").json()["items"] == before
