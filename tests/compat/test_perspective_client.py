"""Google's own Python client, built from the discovery document that the service serves."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from tests.compat.conftest import Blog

pytestmark = pytest.mark.filterwarnings("default")  # the client's own


@pytest.fixture
def client(blog: Blog) -> Iterator[Any]:
    """Give the client as Perspective's documentation builds it, with one address changed."""
    with client_with(blog, blog.keys.api_key) as client:
        yield client


def client_with(blog: Blog, key: str) -> Any:
    return build(
        "commentanalyzer",
        "v1alpha1",
        developerKey=key,
        discoveryServiceUrl=f"{blog.url}/$discovery/rest?version=v1alpha1",
        static_discovery=False,
    )


def test_the_documented_example_works(client: Any) -> None:
    request = {
        "comment": {"text": "friendly greetings from python"},
        "requestedAttributes": {"TOXICITY": {}},
    }
    answer = client.comments().analyze(body=request).execute()
    summary = answer["attributeScores"]["TOXICITY"]["summaryScore"]
    assert summary["type"] == "PROBABILITY"
    assert 0 <= summary["value"] < 0.5
    assert answer["languages"] == ["en"]


def test_every_production_attribute_is_scored(client: Any) -> None:
    names = ["TOXICITY", "SEVERE_TOXICITY", "IDENTITY_ATTACK", "INSULT", "PROFANITY", "THREAT"]
    request = {
        "comment": {"text": "You are a fucking idiot."},
        "requestedAttributes": {name: {} for name in names},
        "languages": ["en"],
        "doNotStore": True,
    }
    scores = client.comments().analyze(body=request).execute()["attributeScores"]
    assert list(scores) == names
    assert scores["TOXICITY"]["summaryScore"]["value"] > 0.5
    assert scores["PROFANITY"]["summaryScore"]["value"] > 0.5


def test_suggestions_are_taken_note_of(client: Any) -> None:
    request = {
        "comment": {"text": "I like your name."},
        "attributeScores": {"TOXICITY": {"summaryScore": {"value": 0}}},
        "clientToken": "comment:1",
        "languages": ["en"],
    }
    answer = client.comments().suggestscore(body=request).execute()
    assert answer == {
        "clientToken": "comment:1",
        "detectedLanguages": ["en"],
        "requestedLanguages": ["en"],
    }


def test_a_wrong_key_is_an_http_error(blog: Blog) -> None:
    request = {"comment": {"text": "Hello"}, "requestedAttributes": {"TOXICITY": {}}}
    with client_with(blog, "wrong") as client, pytest.raises(HttpError) as refused:
        client.comments().analyze(body=request).execute()
    assert refused.value.status_code == 400
    assert "API key not valid" in refused.value.reason


def test_the_documents_addresses_are_the_services_own(blog: Blog) -> None:
    document = httpx.get(f"{blog.url}/$discovery/rest", params={"version": "v1alpha1"}).json()
    assert document["rootUrl"] == f"{blog.url}/"
    assert "googleapis.com" not in json.dumps(document)
    proxied = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "mod.example"}
    document = httpx.get(f"{blog.url}/$discovery/rest", headers=proxied).json()
    assert document["rootUrl"] == "https://mod.example/"
