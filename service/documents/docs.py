"""The documentation page: the OpenAPI document for people, without a script or another host."""

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

from flask import Blueprint, Response, render_template
from markupsafe import Markup, escape

from service.documents.docs_fields import Field, fields_of, type_text
from service.documents.openapi import openapi_document
from service.http.operations import Resource
from service.http.problems import KINDS
from service.http.replies import JSON

_CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'"
)


def docs(resources: Sequence[Resource]) -> Blueprint:
    """Return the blueprint of `/openapi.json` and `/docs`, which describe these resources."""
    blueprint = Blueprint("docs", __name__)
    blueprint.add_app_template_filter(code, "code")
    blueprint.add_app_template_filter(type_text, "type_text")

    @cache
    def document() -> dict[str, Any]:
        return openapi_document(resources)

    @blueprint.get("/openapi.json")
    def openapi() -> Response:
        return Response(json.dumps(document()), content_type=JSON)

    @blueprint.get("/docs")
    def page() -> Response:
        html = render_template(
            "docs.html", info=document()["info"], groups=_groups(document()), problems=KINDS
        )
        headers = {"Content-Security-Policy": _CSP}
        return Response(html, content_type="text/html; charset=utf-8", headers=headers)

    return blueprint


def code(text: str) -> Markup:
    """Return prose as HTML, with what stands between backticks as code."""
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if index % 2 else escape(part)
        for index, part in enumerate(text.split("`"))
    )


def _groups(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the tags with their operations, each with what its page section shows."""
    shown = [
        _section(document, method, path, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
    ]
    return [
        tag | {"operations": [each for each in shown if each["tags"] == [tag["name"]]]}
        for tag in document["tags"]
    ]


def _section(
    document: dict[str, Any], method: str, path: str, operation: dict[str, Any]
) -> dict[str, Any]:
    media = operation.get("requestBody", {}).get("content", {})
    answers = {status: _fields(document, told) for status, told in operation["responses"].items()}
    return operation | {
        "method": method.upper(),
        "path": path,
        "media_types": list(media),
        "fields": _fields(document, {"content": media}),
        "examples": [
            {"summary": example["summary"], "text": json.dumps(example["value"], indent=2)}
            for content in media.values()
            for example in content.get("examples", {}).values()
        ],
        "answer_fields": {
            status: fields for status, fields in answers.items() if status.startswith("2")
        },
    }


def _fields(document: dict[str, Any], described: dict[str, Any]) -> list[Field]:
    schema = described.get("content", {}).get(JSON, {}).get("schema", {})
    return fields_of(schema, document["components"]["schemas"])
