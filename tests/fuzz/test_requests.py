"""Requests: whatever is sent, the answer is one that the protocol has, and never a fault."""

import hashlib
import hmac
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.http.prefer import wanted_wait
from service.http.proxies import client_address, parse_networks
from store.sites import set_coral_secret
from tests.fuzz.conftest import no_fault
from tests.fuzz.how import JSON, LOOK, ODD, damaged, spliced
from tests.service.api.conftest import Caller

COMMENT = {
    "external_id": "wp-1",
    "body": "Hello <b>there</b>",
    "format": "html",
    "lang": "en",
    "author": {"id": "42", "name": "Ann", "email": "a@b.c", "ip": "203.0.113.9"},
    "thread": {"url": "https://blog.example/1", "context": ["earlier"], "parent": "wp-0"},
    "posted_at": "2026-11-24T11:00:00Z",
    "metadata": {"any": {"json": [1, 2]}},
}
POLICY = {
    "policy": "name: a\nrules: []\n",
    "comments": [{"body": "Hello", "history": {"approved": 3, "ip_spam_rate": 0.5}}],
}
BODIES: dict[str, tuple[Any, ...]] = {
    "/v1/comments": (COMMENT,),
    "/v1/analyze": ({"text": "Hello", "lang": "en"},),
    "/v1/webhooks": ({"url": "https://blog.example/hook", "events": ["comment.verdict"]},),
    "/v1/policy/test": (POLICY,),
}
ANSWERS = {200, 201, 202, 204, 400, 404, 409, 410, 413, 415, 422}
HEADER = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"))
PERSPECTIVE = {
    "comment": {"text": "Hello", "type": "PLAIN_TEXT"},
    "requestedAttributes": {"TOXICITY": {"scoreType": "PROBABILITY", "scoreThreshold": 0.1}},
    "languages": ["en"],
    "spanAnnotations": True,
    "clientToken": "x",
}
CORAL = {
    "action": "NEW",
    "comment": {"body": "<p>Hello</p>", "parentID": "1"},
    "author": {"id": "2", "role": "COMMENTER"},
    "story": {"id": "3", "url": "https://blog.example/3"},
    "tenantID": "4",
}
FORM = (
    b"blog=https%3A%2F%2Fb.example&user_ip=203.0.113.9&comment_content=Hello+there&comment_type="
    b"comment&comment_author=Ann&comment_date_gmt=2026-11-24T11%3A00%3A00Z&comment_context%5B%5D=a"
)


@pytest.mark.parametrize("path", BODIES)
def test_bodies_of_the_api(blog: Caller, path: str) -> None:
    @LOOK
    @given(damaged(*BODIES[path]) | JSON.map(lambda one: json.dumps(one).encode()) | st.binary())
    def look(body: bytes) -> None:
        with no_fault():
            answer = blog.post(path, data=body, content_type="application/json")
        assert answer.status_code in ANSWERS, answer.text
        if answer.status_code >= 400:
            assert answer.content_type == "application/problem+json"

    look()


def test_idempotency_and_prefer_and_request_id_headers(blog: Caller) -> None:
    @LOOK
    @given(HEADER, HEADER, HEADER)
    def look(key: str, prefer: str, request_id: str) -> None:
        headers = {"Idempotency-Key": key, "Prefer": prefer, "X-Request-Id": request_id}
        with no_fault():
            answer = blog.post("/v1/comments", {"body": "Hello"}, headers=headers)
        assert answer.status_code in {200, 202, 400, 422}, answer.text

    look()


@LOOK
@given(st.text() | st.integers().map(lambda number: f"wait={number}") | HEADER)
def test_prefer_is_a_bounded_wait_or_none(prefer: str) -> None:
    assert wanted_wait(prefer) in {None, *range(31)}


def test_cursors_and_other_queries(blog: Caller) -> None:
    @LOOK
    @given(st.sampled_from(["cursor", "status", "limit", "action", "since"]), st.text())
    def look(name: str, value: str) -> None:
        for path in ("/v1/comments", "/v1/deliveries", "/v1/stats"):
            with no_fault():
                answer = blog.get(path, query_string={name: value})
            assert answer.status_code in {200, 422}, answer.text

    look()


def test_authorization(blog: Caller) -> None:
    @LOOK
    @given(HEADER | HEADER.map(lambda key: f"Bearer {key}"))
    def look(header: str) -> None:
        with no_fault():
            answer = blog.client.get("/v1/comments", headers={"Authorization": header})
        assert answer.status_code == 401

    look()


@LOOK
@given(st.text(), st.lists(st.text() | st.ip_addresses().map(str)), st.ip_addresses())
def test_forwarded_addresses(peer: str, chain: list[str], proxy: Any) -> None:
    trusted = parse_networks(f"{proxy}, 10.0.0.0/8")
    assert client_address(peer, chain, trusted) in {peer, *(one.strip() for one in chain)}


def test_akismet_forms(blog: Caller) -> None:
    good = FORM + b"&api_key=" + blog.keys.akismet_key.encode()
    types = st.sampled_from(
        ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"]
        + [f"application/x-www-form-urlencoded; charset={name}" for name in ("utf-7", "big5", "x")]
    )
    operations = st.sampled_from(["comment-check", "submit-spam", "submit-ham", "verify-key"])

    @LOOK
    @given(spliced(good), types, operations, HEADER)
    def look(body: bytes, content_type: str, operation: str, host: str) -> None:
        with no_fault():
            answer = blog.client.post(
                f"/1.1/{operation}",
                data=body,
                content_type=content_type,
                headers={"X-Forwarded-Host": host},
            )
        assert answer.status_code == 200, answer.text
        assert len(answer.text) < 60

    look()


def test_perspective_bodies(blog: Caller) -> None:
    @LOOK
    @given(damaged(PERSPECTIVE) | st.binary())
    def look(body: bytes) -> None:
        with no_fault():
            answer = blog.client.post(
                f"/v1alpha1/comments:analyze?key={blog.keys.akismet_key}",
                data=body,
                content_type="application/json",
            )
        assert answer.status_code in {200, 400}, answer.text

    look()


def test_openai_bodies(blog: Caller) -> None:
    @LOOK
    @given(
        damaged({"input": ["Hello", "there"], "model": "omni-moderation-latest"})
        | damaged({"input": [{"type": "text", "text": "Hello"}]})
        | st.binary()
    )
    def look(body: bytes) -> None:
        with no_fault():
            answer = blog.post("/v1/moderations", data=body, content_type="application/json")
        assert answer.status_code in {200, 400}, answer.text

    look()


def test_coral_bodies_and_signatures(blog: Caller) -> None:
    context = blog.client.application.extensions["tactful"]
    sealed = context.sealer.seal("secret")
    context.database.write(lambda tx: set_coral_secret(tx, blog.site.id, sealed))

    @LOOK
    @given(damaged(CORAL) | st.binary(), st.none() | HEADER)
    def look(body: bytes, signature: str | None) -> None:
        right = "sha256=" + hmac.new(b"secret", body, hashlib.sha256).hexdigest()
        with no_fault():
            answer = blog.client.post(
                f"/coral/{blog.keys.akismet_key}",
                data=body,
                headers={"X-Coral-Signature": right if signature is None else signature},
            )
        assert answer.status_code == (200 if signature is None else 401), answer.text

    look()


def test_policies_by_put(blog: Caller) -> None:
    source = b"name: a\nrules:\n  - {id: b, when: toxicity > 0.8, action: review}\n"

    @LOOK
    @given(spliced(source) | ODD | st.binary())
    def look(body: bytes) -> None:
        with no_fault():
            answer = blog("PUT", "/v1/policy", data=body, content_type="application/yaml")
        assert answer.status_code in {200, 201, 400, 413, 422}, answer.text

    look()
