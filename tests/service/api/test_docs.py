import json
from typing import Any

import jsonschema
import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.compat import COMPAT
from tests.service.api.conftest import Caller, Judge, json_of

DROP_IN = {blueprint.name for blueprint in COMPAT}  # described by those who invented them


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    return dict(json_of(client.get("/openapi.json")))


def test_every_endpoint_is_in_the_document(document: dict[str, Any], app: Flask) -> None:
    described = {
        (method.upper(), path) for path, item in document["paths"].items() for method in item
    }
    answered = {
        (method, rule.rule.replace("<text:", "<").replace("<", "{").replace(">", "}"))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/v1/") and rule.endpoint.partition(".")[0] not in DROP_IN
        for method in (rule.methods or set()) - {"HEAD"}
    }
    assert described == answered


def test_every_reference_in_the_document_leads_somewhere(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    text = json.dumps(document)
    named = {part.split('"')[0] for part in text.split('"#/components/schemas/')[1:]}
    assert named <= schemas.keys()
    assert not [name for name in schemas if name.endswith(("-Input", "-Output"))]


def test_names_of_operations_are_unique(document: dict[str, Any]) -> None:
    names = [each["operationId"] for item in document["paths"].values() for each in item.values()]
    assert len(names) == len(set(names))


def test_an_answer_is_as_the_document_says(
    document: dict[str, Any], blog: Caller, judge: Judge
) -> None:
    blog.post("/v1/comments", {"body": "Hello", "metadata": {"a": [None]}})
    judge()
    page = json_of(blog.get("/v1/comments"))
    schema = {"$ref": "#/components/schemas/CommentPage", "components": document["components"]}
    jsonschema.Draft202012Validator(schema).validate(page)


def test_every_example_of_the_document_is_accepted(document: dict[str, Any], blog: Caller) -> None:
    media = document["paths"]["/v1/comments"]["post"]["requestBody"]["content"]["application/json"]
    for example in media["examples"].values():
        assert blog.post("/v1/comments", example["value"]).status_code == 202


def test_the_page_needs_no_script_and_no_other_host(client: FlaskClient) -> None:
    answer = client.get("/docs")
    assert answer.status_code == 200
    assert "<script" not in answer.text
    assert "http://" not in answer.text.replace("http://localhost/", "")
    assert "https://" not in answer.text.replace("https://blog.example/", "").replace(
        "https://example.org/", ""
    )
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_the_page_shows_every_operation(client: FlaskClient, document: dict[str, Any]) -> None:
    page = client.get("/docs").text
    for item in document["paths"].values():
        for operation in item.values():
            assert f'id="{operation["operationId"]}"' in page


def test_the_style_of_the_page_is_ours(client: FlaskClient) -> None:
    with client.get("/static/docs.css") as answer:
        assert answer.status_code == 200
        assert b"url(" not in answer.data
