"""Other people's clients: how each asks, written out by hand, byte for byte where it counts.

Each case is named after a client that was seen to ask so, in its source or in what people wrote
with it.
"""

import gzip
import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from sqlalchemy import select

from rules.comment import Comment
from store.sites import find_site
from store.tables import comments
from tests.compat.conftest import Blog, database_of, exchange

FORM = "application/x-www-form-urlencoded"
ENGLISH = "You are an idiot and I hate that you are here"
ZIPPED = {"Content-Encoding": "gzip", "Content-Type": "application/json; charset=UTF-8"}


def fields(blog: Blog, **more: str) -> dict[str, str]:
    return {
        "api_key": blog.keys.akismet_key,
        "blog": "https://blog.example",
        "user_ip": "203.0.113.9",
        "comment_content": "Do reject me.",
        **more,
    }


def content_of(blog: Blog) -> Comment:
    """Return the site's only comment as it is stored."""
    with closing(database_of(blog.up)) as database, database.read() as tx:
        site = find_site(tx, blog.keys.name)
        assert site is not None
        content = tx.execute(select(comments.c.content).where(comments.c.site_id == site.id))
        return Comment.model_validate_json(content.scalar_one())


def toxicity(answer: httpx.Response) -> float:
    value: float = answer.json()["attributeScores"]["TOXICITY"]["summaryScore"]["value"]
    return value


def asking(text: str = ENGLISH, **more: Any) -> bytes:
    asked = {"comment": {"text": text}, "requestedAttributes": {"TOXICITY": {}}, **more}
    return json.dumps(asked).encode()


@pytest.fixture
def analyze(blog: Blog) -> str:
    return f"{blog.url}/v1alpha1/comments:analyze?key={blog.keys.akismet_key}"


def test_php_over_a_socket_speaks_http_1_0(blog: Blog) -> None:
    body = urlencode({**fields(blog), "api_key": ""})
    head = (
        "POST /1.1/comment-check HTTP/1.0\r\n"
        f"Host: {blog.keys.akismet_key}.rest.akismet.com:80\r\n"
        f"Content-Type: {FORM}; charset=iso-8859-1\r\n"
        f"Content-Length: {len(body)}\r\n"
        "User-Agent: WordPress/2.0 | Akismet/1.11\r\n\r\n"
    )
    answer, said = exchange(blog, f"{head}{body}".encode())
    assert said == "true"
    assert "Transfer-Encoding" not in answer
    assert "X-akismet-guid: " in answer  # read by that spelling, out of the raw text


def test_a_long_form_that_does_not_wait_for_its_continue_needs_none(blog: Blog) -> None:
    """Nor does it (RFC 9110, 10.1.1); who waits is told, see `test_slow_senders`."""
    body = urlencode(fields(blog, comment_content="Do reject me. " + "x" * 3_000))
    head = (
        "POST /1.1/comment-check HTTP/1.1\r\nHost: mod.example\r\nConnection: close\r\n"
        f"Expect: 100-continue\r\nContent-Type: {FORM}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    answer, said = exchange(blog, f"{head}{body}".encode())
    assert answer.startswith("HTTP/1.1 200 OK")
    assert said == "true"


@pytest.mark.parametrize("kind", [FORM, f'{FORM}; charset="UTF-8"', "text/plain", ""])
def test_a_form_is_read_whatever_it_is_called(blog: Blog, kind: str) -> None:
    body = urlencode(fields(blog)).encode()
    headers = {"Content-Type": kind} if kind else {}
    answer = httpx.post(f"{blog.url}/1.1/comment-check", content=body, headers=headers)
    assert answer.text == "true"


def test_php_curl_sends_an_array_as_multipart(blog: Blog) -> None:
    parts = {name: (None, value) for name, value in fields(blog).items()}
    answer = httpx.post(f"{blog.url}/1.1/comment-check", files=parts)
    assert answer.text == "true"


def test_a_form_may_come_in_chunks_and_packed(blog: Blog) -> None:
    body = urlencode(fields(blog)).encode()
    url, kind = f"{blog.url}/1.1/comment-check", {"Content-Type": FORM}
    assert httpx.post(url, content=iter([body[:20], body[20:]]), headers=kind).text == "true"
    packed = httpx.post(url, content=gzip.compress(body), headers=kind | ZIPPED)
    assert packed.text == "true"


@pytest.mark.parametrize(
    "path", ["/1.1/comment-check/", "/1.1//comment-check", "//1.1/comment-check"]
)
def test_a_slash_too_many_is_no_other_address(blog: Blog, path: str) -> None:
    assert httpx.post(f"{blog.url}{path}", data=fields(blog)).text == "true"


def test_symfonys_checker_finds_no_trouble_in_a_good_answer(blog: Blog) -> None:
    told = fields(
        blog,
        comment_type="comment",
        comment_date_gmt="2026-11-24T03:30:06+01:00",
        blog_lang="en",
        blog_charset="UTF-8",
        is_test="1",
    )
    answer = httpx.post(f"{blog.url}/1.1/comment-check", data=told)
    assert answer.text == "true"
    assert "x-akismet-debug-help" not in answer.headers
    assert "x-akismet-pro-tip" not in answer.headers


@pytest.mark.parametrize(
    "spam",
    [
        {"comment_author": "viagra\u2011test\u2011123"},  # Vanilla, from Akismet's page
        {"comment_author": "akismet\u2011guaranteed\u2011spam"},
        {"comment_content": "akismet-guaranteed-spam"},  # PeerTube
    ],
)
def test_the_conventions_hold_as_people_copied_them(blog: Blog, spam: dict[str, str]) -> None:
    told = fields(blog, comment_content="Lovely.") | spam
    assert httpx.post(f"{blog.url}/1.1/comment-check", data=told).text == "true"
    assert blog.comments() == []


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("::ffff:203.0.113.9", "203.0.113.0/24"),  # Node.js behind nothing
        ("203.0.113.9, 10.0.0.1", "203.0.113.0/24"),  # whoever passes X-Forwarded-For on
        ("203.0.113.9:51234", "203.0.113.0/24"),  # .NET behind Azure's gateway
        ("[2001:db8::7]", "2001:db8::/48"),
        ("2001:db8::7", "2001:db8::/48"),
    ],
)
def test_an_address_is_known_however_it_is_written(blog: Blog, sent: str, kept: str) -> None:
    answer = httpx.post(f"{blog.url}/1.1/comment-check", data=fields(blog, user_ip=sent))
    assert answer.text == "true"
    assert content_of(blog).author.ip == kept


@pytest.mark.parametrize(
    "moment",
    [
        "2026-11-24T02:30:06Z",
        "2026-11-24 02:30:06",  # WordPress
        "2026-11-24T02:30:06.000Z",  # Node.js, toISOString
        "Tue, 24 Nov 2026 02:30:06 GMT",  # Node.js, toUTCString; Ruby, httpdate
        "2026-11-24T03:30:06+01:00",  # PHP, format('c')
    ],
)
def test_when_a_comment_was_written_is_read(blog: Blog, moment: str) -> None:
    told = fields(blog, comment_date_gmt=moment)
    httpx.post(f"{blog.url}/1.1/comment-check", data=told)
    assert content_of(blog).posted_at == datetime(2026, 11, 24, 2, 30, 6, tzinfo=UTC)


def test_google_clients_for_java_and_net_pack_their_requests(analyze: str) -> None:
    packed = gzip.compress(asking())
    assert toxicity(httpx.post(analyze, content=packed, headers=ZIPPED)) > 0.5
    chunks: Iterator[bytes] = iter([packed[:9], packed[9:]])
    assert toxicity(httpx.post(analyze, content=chunks, headers=ZIPPED)) > 0.5


@pytest.mark.parametrize(
    ("body", "encoding", "word"),
    [
        (gzip.compress(b" " * 2_000_000 + asking()), "gzip", "true"),  # too large: held
        (gzip.compress(asking())[:-9], "gzip", "invalid"),
        (asking(), "gzip", "invalid"),
        (b"", "gzip", "invalid"),
        (asking(), "br", "invalid"),
    ],
)
def test_what_cannot_be_unpacked_gets_each_protocols_error(
    blog: Blog, analyze: str, body: bytes, encoding: str, word: str
) -> None:
    headers = {"Content-Encoding": encoding, "Authorization": f"Bearer {blog.keys.api_key}"}
    google = httpx.post(analyze, content=body, headers=headers)
    assert google.status_code == google.json()["error"]["code"] == 400
    openai = httpx.post(f"{blog.url}/v1/moderations", content=body, headers=headers)
    assert 400 <= openai.status_code < 500
    assert openai.json()["error"]["type"] == "invalid_request_error"
    akismet = httpx.post(f"{blog.url}/1.1/comment-check", content=body, headers=headers)
    assert (akismet.status_code, akismet.text) == (200, word)


def test_what_comes_after_a_packed_form_is_not_left_out(blog: Blog) -> None:
    first, second = urlencode(fields(blog, comment_content="Lovely.")), "&comment_content=bullshit"
    body = gzip.compress(first.encode()) + gzip.compress(second.encode())
    headers = {"Content-Type": FORM, "Content-Encoding": "gzip"}
    answer = httpx.post(f"{blog.url}/1.1/comment-check", content=body, headers=headers)
    assert answer.text == "invalid"


def test_a_body_without_a_length_that_is_too_large_is_told_so(blog: Blog, analyze: str) -> None:
    text = "lovely " * 90_000 + "bullshit"
    key = {"Authorization": f"Bearer {blog.keys.api_key}"}
    form = urlencode(fields(blog, referrer=text, comment_content="bullshit")).encode()
    akismet = httpx.post(f"{blog.url}/1.1/comment-check", content=iter([form]))
    assert (akismet.text, "too long" in akismet.headers["X-akismet-error"]) == ("true", True)
    moderations, asked = f"{blog.url}/v1/moderations", json.dumps({"input": text}).encode()
    assert httpx.post(moderations, content=iter([asked]), headers=key).status_code == 413
    google = httpx.post(analyze, content=iter([asking(text)]))
    assert "COMMENT_TOO_LONG" in google.text


def test_php_writes_an_empty_message_as_a_list(analyze: str) -> None:
    body = asking(requestedAttributes={"TOXICITY": [], "INSULT": []}, context=[])
    assert toxicity(httpx.post(analyze, content=body)) > 0.5


def test_httparty_and_jquery_call_json_a_form(analyze: str) -> None:
    assert toxicity(httpx.post(analyze, content=asking(), headers={"Content-Type": FORM})) > 0.5


@pytest.mark.parametrize("languages", [["fr", "en", "ar"], ["en"], "en", []])
def test_languages_are_what_a_text_may_be_in(analyze: str, languages: Any) -> None:
    for text in (ENGLISH, "idiot"):
        assert toxicity(httpx.post(analyze, content=asking(text, languages=languages))) > 0.5


def test_the_error_names_the_language_that_is_not_read(analyze: str) -> None:
    body = asking("Tu es vraiment un idiot et je ne veux pas que tu sois là", languages=["en"])
    error = httpx.post(analyze, content=body).json()["error"]
    assert error["message"].endswith("request languages: fr")


@pytest.mark.parametrize("path", ["/v1alpha1//comments:analyze", "/v1alpha1/comments:analyze/"])
def test_a_custom_endpoint_may_end_with_a_slash(blog: Blog, path: str) -> None:
    key = {"key": blog.keys.akismet_key}
    assert toxicity(httpx.post(f"{blog.url}{path}", params=key, content=asking())) > 0.5


@pytest.mark.parametrize("name", ["X-Goog-Api-Key", "Authorization"])
def test_a_key_may_come_in_a_header(blog: Blog, name: str) -> None:
    key = blog.keys.api_key if name == "X-Goog-Api-Key" else f"Bearer {blog.keys.api_key}"
    url = f"{blog.url}/v1alpha1/comments:analyze?alt=json&prettyPrint=false"  # Go's client
    assert toxicity(httpx.post(url, content=asking(), headers={name: key})) > 0.5


@pytest.mark.parametrize("path", ["/v1/moderations", "/v1/moderations/", "/v1//moderations"])
def test_openai_nodes_headers_and_an_organisation_are_fine(blog: Blog, path: str) -> None:
    headers = {
        "Authorization": f"bearer  {blog.keys.api_key}",
        "OpenAI-Organization": "org-1",
        "OpenAI-Project": "proj_1",
        "X-Stainless-Lang": "js",
        "Idempotency-Key": "stainless-node-retry-1",
        "Accept": "application/json",
    }
    body = {"input": ENGLISH, "model": "text-moderation-latest", "user": "u-1"}
    answer = httpx.post(f"{blog.url}{path}", json=body, headers=headers).json()
    assert answer["model"] == "text-moderation-latest"
    assert [result["flagged"] for result in answer["results"]] == [True]
