"""OpenAI's own package with `base_url` changed, and what its protocol says of bad input."""

from collections.abc import Iterator
from typing import Any

import httpx
import openai
import pytest

from tests.compat.conftest import Blog


@pytest.fixture
def client(blog: Blog) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{blog.url}/v1", api_key=blog.keys.api_key) as client:
        yield client


def test_the_documented_example_works(client: openai.OpenAI) -> None:
    answer = client.moderations.create(
        model="omni-moderation-latest", input="You are a worthless idiot."
    )
    (result,) = answer.results
    assert result.flagged
    assert result.categories.harassment
    assert not result.categories.self_harm
    assert result.category_scores.harassment > 0.5
    assert result.category_scores.sexual_minors == 0
    assert result.category_applied_input_types.harassment == ["text"]
    assert answer.model == "omni-moderation-latest"
    assert answer.id.startswith("modr-")


def test_a_list_gets_one_result_each_in_order(client: openai.OpenAI) -> None:
    texts = ["Good morning.", "You are an idiot.", "", "Thank you."]
    answer = client.moderations.create(input=texts)
    assert [result.flagged for result in answer.results] == [False, True, False, False]


def test_long_lists_are_answered(client: openai.OpenAI) -> None:
    answer = client.moderations.create(input=["Good morning."] * 250)
    assert len(answer.results) == 250


def test_typed_parts_are_one_text(client: openai.OpenAI) -> None:
    parts: Any = [{"type": "text", "text": "Hello."}, {"type": "text", "text": "You idiot."}]
    answer = client.moderations.create(model="omni-moderation-latest", input=parts)
    assert [result.flagged for result in answer.results] == [True]


def test_images_are_refused_clearly(client: openai.OpenAI) -> None:
    parts: Any = [
        {"type": "text", "text": "Look."},
        {"type": "image_url", "image_url": {"url": "https://example.org/cat.png"}},
    ]
    with pytest.raises(openai.BadRequestError) as refused:
        client.moderations.create(model="omni-moderation-latest", input=parts)
    assert refused.value.param == "input"
    assert "image" in refused.value.message


def test_a_wrong_key_is_an_authentication_error(blog: Blog) -> None:
    with (
        openai.OpenAI(base_url=f"{blog.url}/v1", api_key="wrong") as client,
        pytest.raises(openai.AuthenticationError) as refused,
    ):
        client.moderations.create(input="Hello")
    assert refused.value.code == "invalid_api_key"
    assert "wrong" not in refused.value.message


def test_nothing_is_stored(blog: Blog, client: openai.OpenAI) -> None:
    client.moderations.create(input="Remember nothing of timbuktu.")
    assert blog.comments() == []
    assert b"timbuktu" not in blog.stored()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'{"input": null}',
        b'{"input": []}',
        b'{"input": 7}',
        b'{"input": ["a", 7]}',
        b'{"input": [{"type": "text"}]}',
        b'{"input": [{"type": "audio"}]}',
        b'{"input": "x", "model": 3}',
        b"[" * 100_000,
    ],
)
def test_bad_input_gets_openais_errors(blog: Blog, body: bytes) -> None:
    headers = {"Authorization": f"Bearer {blog.keys.api_key}"}
    answer = httpx.post(f"{blog.url}/v1/moderations", content=body, headers=headers)
    assert answer.status_code == 400
    assert set(answer.json()["error"]) == {"message", "type", "param", "code"}
    assert answer.json()["error"]["type"] == "invalid_request_error"


def test_without_a_key_and_with_another_method_too(blog: Blog) -> None:
    url = f"{blog.url}/v1/moderations"
    for answer, status in ((httpx.post(url, json={}), 401), (httpx.get(url), 405)):
        assert answer.status_code == status
        assert answer.json()["error"]["message"]


def test_odd_characters_are_scored_and_no_fault(blog: Blog) -> None:
    headers = {"Authorization": f"Bearer {blog.keys.api_key}"}
    body = rb'{"input": ["nul \u0000 and \ud800 alone", "\u0000", "\u202e"]}'
    answer = httpx.post(f"{blog.url}/v1/moderations", content=body, headers=headers)
    assert answer.status_code == 200
    assert len(answer.json()["results"]) == 3


def test_of_a_language_that_is_not_read_only_the_words_count(client: openai.OpenAI) -> None:
    german = "Du bist ein Arschloch und nicht der Hellste, das ist mir klar"
    (result,) = client.moderations.create(input=german).results
    assert result.categories.harassment
    assert result.category_scores.hate == 0
