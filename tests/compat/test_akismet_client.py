"""The `akismet` package of PyPI against the running service: its documented examples, unchanged."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import akismet
import httpx
import pytest

from tests.compat.conftest import Blog

BLOG = "https://blog.example"


class ThisHost(httpx.BaseTransport):
    """Sends what is meant for rest.akismet.com to the service: the one changed address."""

    def __init__(self, url: str) -> None:
        self._url = httpx.URL(url)
        self._inner = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_with(
            scheme=self._url.scheme, host=self._url.host, port=self._url.port
        )
        return self._inner.handle_request(request)

    def close(self) -> None:
        self._inner.close()


class ThisHostAsync(httpx.AsyncBaseTransport):
    def __init__(self, url: str) -> None:
        self._url = httpx.URL(url)
        self._inner = httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_with(
            scheme=self._url.scheme, host=self._url.host, port=self._url.port
        )
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()


Connect = Callable[..., akismet.SyncClient]


@pytest.fixture
def connect(blog: Blog) -> Iterator[Connect]:
    """Return what makes a client with its own default patience of one second."""
    opened: list[httpx.Client] = []

    def connect(key: str | None = None) -> akismet.SyncClient:
        agent = {"User-Agent": akismet.USER_AGENT}
        http = httpx.Client(transport=ThisHost(blog.url), timeout=1.0, headers=agent)
        opened.append(http)
        config = akismet.Config(key=key or blog.keys.akismet_key, url=BLOG)
        return akismet.SyncClient(config=config, http_client=http)

    yield connect
    for http in opened:
        http.close()


@pytest.fixture
def client(connect: Connect) -> akismet.SyncClient:
    return connect()


def fields(text: str, **more: Any) -> dict[str, Any]:
    return {
        "comment_content": text,
        "comment_type": "forum-post",
        "comment_author": "Ada",
        "comment_author_email": "ada@example.org",
        **more,
    }


def test_the_documented_example_works(client: akismet.SyncClient) -> None:
    friendly = client.comment_check(user_ip="203.0.113.9", **fields("What a lovely article."))
    abusive = client.comment_check(user_ip="203.0.113.9", **fields("You bullshit artist."))
    assert friendly == akismet.CheckResponse.HAM
    assert abusive == akismet.CheckResponse.SPAM


def test_a_blatant_comment_may_be_discarded(client: akismet.SyncClient) -> None:
    answer = client.comment_check(user_ip="203.0.113.9", **fields("buy cheap pills"))
    assert answer == akismet.CheckResponse.DISCARD


def test_a_wrong_key_is_told_before_anything_is_asked(connect: Connect) -> None:
    with pytest.raises(akismet.APIKeyError), connect("wrongwrong12"):
        pass


def test_a_wrong_key_is_told_for_each_call(connect: Connect) -> None:
    wrong = connect("wrongwrong12")
    with pytest.raises(akismet.APIKeyError):
        wrong.comment_check(user_ip="203.0.113.9", comment_content="Hello")
    with pytest.raises(akismet.APIKeyError):
        wrong.submit_spam(user_ip="203.0.113.9", comment_content="Hello")


def test_a_moderators_correction_is_a_decision(blog: Blog, client: akismet.SyncClient) -> None:
    text = fields("This bullshit is a quotation.")
    assert client.comment_check(user_ip="203.0.113.9", **text)
    assert client.submit_ham(user_ip="203.0.113.9", **text)
    (stored,) = blog.comments()
    assert stored["status"] == "decided"
    assert stored["decision"]["decision"] == "ham"
    assert stored["decision"]["decided_by"] == "platform"
    # Asked again, the person's word holds.
    again = client.comment_check(user_ip="203.0.113.9", recheck_reason="recheck_queue", **text)
    assert again == akismet.CheckResponse.HAM


def test_missed_spam_is_a_decision_even_on_a_comment_that_was_never_checked(
    blog: Blog, client: akismet.SyncClient
) -> None:
    assert client.submit_spam(user_ip="203.0.113.9", **fields("Visit my shop"))
    (stored,) = blog.comments()
    assert stored["decision"]["decision"] == "spam"


def test_usage_is_counted(client: akismet.SyncClient) -> None:
    client.comment_check(user_ip="203.0.113.9", **fields("Hello"))
    usage = client.usage_limit()
    assert usage == {"limit": "none", "usage": 1, "percentage": "0", "throttled": False}


def test_the_asynchronous_client_works(blog: Blog) -> None:
    async def ask() -> akismet.CheckResponse:
        http = httpx.AsyncClient(transport=ThisHostAsync(blog.url), timeout=1.0)
        config = akismet.Config(key=blog.keys.akismet_key, url=BLOG)
        async with akismet.AsyncClient(config=config, http_client=http) as client:
            return await client.comment_check(user_ip="203.0.113.9", comment_content="bullshit")

    assert asyncio.run(ask()) == akismet.CheckResponse.SPAM
