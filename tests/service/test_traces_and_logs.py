"""What a real run tells: one trace from POST to webhook, and a log of ids without any text."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from service.faults import Fault
from tests.receivers import Receiver, running_receiver
from tests.servers import wait_until
from tests.service.collector import running_collector, spans_of
from tests.service.running import RunningUp

PRIVATE = {
    "body": "Xylophone bullshit, dear quagga.",
    "author": {
        "id": "author-wombat",
        "name": "Zebediah",
        "email": "zeb@marmalade.example",
        "ip": "203.0.113.77",
        "user_agent": "Netscape-Kumquat",
    },
    "thread": {"url": "https://blog.example/persimmon", "title": "Aardvarks"},
    "metadata": {"note": "tamarind"},
}
WORDS = [
    "Xylophone",
    "quagga",
    "bullshit",
    "wombat",
    "Zebediah",
    "marmalade",
    "203.0.113.77",
    "Kumquat",
    "persimmon",
    "Aardvark",
    "tamarind",
    "rutabaga",
    "hunter2",
]


class Run:
    """A run of `up` in which a comment with private words went its whole way."""

    def __init__(self, up: RunningUp, receiver: Receiver, spans: list[tuple[str, Span]]) -> None:
        self.up = up
        self.receiver = receiver
        self.spans = spans
        api = up.api()
        hook = {"url": receiver.url, "events": ["comment.verdict"]}
        self.secret = api.post("/v1/webhooks", json=hook).json()["secret"]
        answer = api.post("/v1/comments", json=PRIVATE, headers={"X-Request-Id": "req-of-ours"})
        self.comment = answer.json()["id"]
        receiver.wait_for(1, seconds=30)
        api.post("/v1/analyze", json={"text": "rutabaga"})
        api.post("/v1/comments", json={"body": {"rutabaga": 1}})
        api.get("/v1/comments?cursor=rutabaga")
        api.get("/v1/comments", headers={"Authorization": "Bearer hunter2"})
        key = up.credentials["akismet_key"]
        httpx.post(f"{up.url}/v1alpha1/comments:analyze?key={key}", json={"rutabaga": "rutabaga"})
        form = {"email": "zeb@marmalade.example", "password": "hunter2"}
        httpx.post(f"{up.url}/sign-in", data=form)

    def log(self) -> str:
        return self.up.log.read_text()

    def events(self, name: str) -> list[dict[str, Any]]:
        complete = self.log().rpartition("\n")[0]  # the last line may still be written
        lines = [json.loads(line) for line in complete.splitlines()]
        return [line for line in lines if line["event"] == name]

    def of_comment(self) -> list[tuple[str, Span]]:
        return spans_of(self.spans, self.comment)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    directory: Path = tmp_path_factory.mktemp("told")
    with running_collector() as (url, spans), running_receiver() as receiver:
        env = {
            "TACTFUL_LOG_FORMAT": "json",
            "TACTFUL_TRACES_URL": url,
            "TACTFUL_WEBHOOK_ALLOW": "127.0.0.1/32",
            "OTEL_BSP_SCHEDULE_DELAY": "200",
        }
        with RunningUp(directory / "data", **env) as up:
            yield Run(up, receiver, spans)


def test_one_trace_leads_from_post_to_webhook(run: Run) -> None:
    wait_until(lambda: len(run.of_comment()) == 3, 30, "spans are missing")
    spans = dict(run.of_comment())
    assert {process: span.name for process, span in spans.items()} == {
        "web": "POST /v1/comments",
        "score": "judge",
        "deliver": "webhook",
    }
    assert len({span.trace_id for span in spans.values()}) == 1
    first = spans["web"]
    assert first.parent_span_id == b""
    assert {spans[name].parent_span_id for name in ("score", "deliver")} == {first.span_id}
    [received] = run.receiver.of_type("comment.verdict")
    _, trace, span, _ = received.headers["traceparent"].split("-")
    assert (trace, span) == (first.trace_id.hex(), first.span_id.hex())


def test_the_log_can_be_followed_from_request_to_webhook(run: Run) -> None:
    wait_until(lambda: bool(run.events("webhook_attempt")), 20, "no line of the webhook")
    [request] = [line for line in run.events("request") if line.get("comment") == run.comment]
    assert request["request_id"] == "req-of-ours"
    [judged] = [one for line in run.events("judged") for one in line["verdicts"]]
    [sent] = run.events("webhook_attempt")
    for line in (judged, sent):
        assert (line["comment"], line["request_id"]) == (run.comment, "req-of-ours")
    assert request["site"] == judged["site"] == sent["site"]
    assert sent["outcome"] == "delivered"


def test_neither_log_nor_trace_has_a_text_or_a_secret(run: Run) -> None:
    wait_until(lambda: len(run.of_comment()) == 3, 30, "spans are missing")
    wait_until(lambda: len(run.events("request")) == 8, 20, "not all requests are logged")
    told = run.log() + repr(run.spans)
    credentials = run.up.credentials
    secrets = [
        run.secret.removeprefix("whsec_"),
        credentials["api_key"],
        credentials["akismet_key"],
        credentials["moderator"]["password"],
        (run.up.data_dir / "secret.key").read_text().strip(),
    ]
    assert [word for word in (*WORDS, *secrets) if word.lower() in told.lower()] == []


def test_without_its_packages_tracing_is_refused_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from service.compose import start_traces
    from service.settings import Settings

    monkeypatch.setitem(__import__("sys").modules, "workers.tracing_export", None)
    with pytest.raises(Fault, match="tactful\\[otel\\]"):
        start_traces(Settings(traces_url="http://127.0.0.1:4318/v1/traces"), "web")
