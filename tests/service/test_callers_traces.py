"""A caller who traces, too: his trace goes on to the webhook (W3C Trace Context)."""

import hashlib
from collections.abc import Iterator

import httpx
import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.receivers import Receiver, running_receiver
from tests.servers import wait_until
from tests.service.collector import Told, running_collector, spans_of
from tests.service.running import RunningUp


class Traced:
    """A run of `up` that sends its spans to a collector, and verdicts to a receiver."""

    def __init__(self, up: RunningUp, receiver: Receiver, spans: list[Told]) -> None:
        self.api: httpx.Client = up.api()
        self.akismet_key = up.credentials["akismet_key"]
        self.receiver = receiver
        self._spans = spans
        hook = {"url": receiver.url, "events": ["comment.verdict"]}
        self.api.post("/v1/webhooks", json=hook).raise_for_status()

    def of_comment(self, comment: str) -> list[Told]:
        return spans_of(self._spans, comment)


@pytest.fixture(scope="module")
def traced(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Traced]:
    with running_collector() as (url, spans), running_receiver() as receiver:
        env = {
            "TACTFUL_TRACES_URL": url,
            "TACTFUL_WEBHOOK_ALLOW": "127.0.0.1/32",
            "OTEL_BSP_SCHEDULE_DELAY": "200",
        }
        with RunningUp(tmp_path_factory.mktemp("traced") / "data", **env) as up:
            yield Traced(up, receiver, spans)


def submitted(traced: Traced, traceparent: str) -> tuple[str, str | None]:
    """Return the id of a new comment, and the `traceparent` of its webhook."""
    before = len(traced.receiver.of_type("comment.verdict"))
    headers = {"traceparent": traceparent}
    answer = traced.api.post("/v1/comments", json={"body": "Hello!"}, headers=headers)
    assert answer.status_code == 202, answer.text
    traced.receiver.wait_for(before + 1, seconds=30)
    sent = traced.receiver.of_type("comment.verdict")[-1]
    assert sent.data["id"] == answer.json()["id"]
    return answer.json()["id"], sent.headers["traceparent"]


def test_a_caller_s_own_trace_goes_on_to_the_webhook(traced: Traced) -> None:
    trace, span = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
    comment, forwarded = submitted(traced, f"00-{trace}-{span}-01")
    wait_until(lambda: len(traced.of_comment(comment)) == 3, 30, "spans are missing")
    spans = dict(traced.of_comment(comment))
    assert spans.keys() == {"web", "score", "deliver"}
    assert {span.trace_id.hex() for span in spans.values()} == {trace}
    first = spans["web"]
    assert first.parent_span_id.hex() == span
    assert {spans[name].parent_span_id for name in ("score", "deliver")} == {first.span_id}
    assert forwarded == f"00-{trace}-{first.span_id.hex()}-01"


def test_a_drop_in_protocol_s_caller_is_followed_as_well(traced: Traced) -> None:
    trace, span = "5af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
    before = len(traced.receiver.of_type("comment.verdict"))
    form = {"api_key": traced.akismet_key, "blog": "https://blog.example", "user_ip": "192.0.2.1"}
    headers = {"traceparent": f"00-{trace}-{span}-01"}
    sent = form | {"comment_content": "Good morning"}
    traced.api.post("/1.1/comment-check", data=sent, headers=headers).raise_for_status()
    traced.receiver.wait_for(before + 1, seconds=30)
    comment = traced.receiver.of_type("comment.verdict")[-1].data["id"]
    wait_until(lambda: len(traced.of_comment(comment)) == 3, 30, "spans are missing")
    told = {(span.name, span.trace_id.hex()) for _, span in traced.of_comment(comment)}
    assert told == {("POST /1.1/comment-check", trace), ("judge", trace), ("webhook", trace)}


def test_a_decision_is_told_in_the_trace_of_its_request_else_in_the_comment_s(
    traced: Traced,
) -> None:
    trace, other = "1af7651916cd43dd8448eb211c80319c", "2af7651916cd43dd8448eb211c80319c"
    comment, _ = submitted(traced, f"00-{trace}-b7ad6b7169203331-01")
    path, api = f"/v1/comments/{comment}/decision", traced.api
    api.post(path, json={"decision": "spam"}).raise_for_status()
    headers = {"traceparent": f"00-{other}-c7ad6b7169203331-01"}
    api.post(path, json={"decision": "ham"}, headers=headers).raise_for_status()

    def decisions() -> list[Span]:
        spans = [span for _, span in traced.of_comment(comment)]
        return [span for span in spans if span.name.endswith("/decision")]

    wait_until(lambda: len(decisions()) == 2, 30, "spans are missing")
    told = {span.trace_id.hex(): span.parent_span_id for span in decisions()}
    [first] = [span for _, span in traced.of_comment(comment) if span.name == "POST /v1/comments"]
    assert told == {trace: first.span_id, other: bytes.fromhex("c7ad6b7169203331")}


def test_an_edit_is_part_of_the_trace_that_it_came_with(traced: Traced) -> None:
    api, trace = traced.api, "3af7651916cd43dd8448eb211c80319c"
    for body, headers in (
        ("First", {"traceparent": f"00-{trace}-b7ad6b7169203331-01"}),
        ("Second", {}),
    ):
        sent = {"external_id": "edited", "body": body}
        comment = api.post("/v1/comments", json=sent, headers=headers).json()["id"]
    wait_until(lambda: len(traced.of_comment(comment)) >= 4, 30, "spans are missing")

    def verdicts() -> list[str]:
        spans = [span for _, span in traced.of_comment(comment)]
        return [span.trace_id.hex() for span in spans if span.name == "POST /v1/comments"]

    wait_until(lambda: len(verdicts()) == 2, 30, "spans are missing")
    second = hashlib.sha256(f"{comment}/2".encode()).hexdigest()[:32]
    assert verdicts() == [trace, second]


def test_what_a_caller_does_not_sample_is_not_recorded_and_goes_on_unsampled(
    traced: Traced,
) -> None:
    trace = "4af7651916cd43dd8448eb211c80319c"
    comment, forwarded = submitted(traced, f"00-{trace}-b7ad6b7169203331-00")
    assert forwarded is not None
    assert forwarded.startswith(f"00-{trace}-")
    assert forwarded.endswith("-00")
    later, _ = submitted(traced, "")
    wait_until(lambda: len(traced.of_comment(later)) == 3, 30, "spans are missing")
    assert traced.of_comment(comment) == []


@pytest.mark.parametrize(
    "garbage",
    [
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
        "'; DROP TABLE comments; --" * 100,
    ],
)
def test_a_malformed_traceparent_begins_a_trace_of_our_own(traced: Traced, garbage: str) -> None:
    comment, forwarded = submitted(traced, garbage)
    trace = hashlib.sha256(f"{comment}/1".encode()).hexdigest()[:32]
    wait_until(lambda: len(traced.of_comment(comment)) == 3, 30, "spans are missing")
    assert {span.trace_id.hex() for _, span in traced.of_comment(comment)} == {trace}
    assert forwarded is not None
    assert trace in forwarded
