"""Operations as OpenAPI writes them: parameters, bodies, answers and problems."""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, TypeAdapter

from service.documents.examples import REQUEST_EXAMPLES
from service.documents.openapi_schemas import REF_TEMPLATE, exact
from service.http.operations import Answer, Header, Operation, Resource
from service.http.problems import KINDS, MEDIA_TYPE, Problem
from service.http.replies import JSON

Schema = dict[str, Any]

IDEMPOTENCY_KEY = Header(
    "Idempotency-Key",
    "Makes the request safe to repeat for 24 hours: the same key with the same body is answered"
    " with the first answer; with another body it is refused.",
    {"type": "string", "pattern": "^[!-~]{1,255}$"},
)
_ALWAYS = ("unauthorized", "invalid", "rate-limited", "internal", "unavailable")
_WITH_BODY = ("malformed-json", "too-large", "unsupported-media-type")
_REQUEST_ID = {"X-Request-Id": "Names this request in the log."}


def public_path(operation: Operation) -> str:
    """Return the path as OpenAPI writes it."""
    return re.sub(r":\w+}", "}", operation.path)


def problems_of(operation: Operation) -> dict[int, list[str]]:
    """Return {status: kinds of problem} that the operation may answer."""
    slugs = [*_ALWAYS, *operation.problems]
    if operation.body is not None or operation.text_body:
        slugs += _WITH_BODY
    if operation.path_parameters:
        slugs.append("not-found")
    if operation.method == "POST":
        slugs += ["bad-header", "key-reused"]
    found: dict[int, list[str]] = {}
    for slug in slugs:
        kinds = found.setdefault(KINDS[slug].status, [])
        if slug not in kinds:
            kinds.append(slug)
    return dict(sorted(found.items()))


def headers_of(operation: Operation) -> tuple[Header, ...]:
    """Return the request headers that an operation understands."""
    return (*operation.headers, *([IDEMPOTENCY_KEY] if operation.method == "POST" else []))


def parameters_of(operation: Operation) -> list[Schema]:
    """Return the operation's parameters as OpenAPI writes them."""
    path = [
        {
            "name": name,
            "in": "path",
            "required": True,
            **_described(TypeAdapter(hint).json_schema()),
        }
        for name, hint in operation.path_parameters.items()
    ]
    properties = operation.query.model_json_schema().get("properties", {})
    query = [
        {"name": name, "in": "query", "required": False, **_described(_given(schema))}
        for name, schema in properties.items()
    ]
    headers = [
        {
            "name": header.name,
            "in": "header",
            "required": False,
            "description": header.description,
            "schema": dict(header.schema),
        }
        for header in headers_of(operation)
    ]
    return [*path, *query, *headers]


def describe(operation: Operation, resource: Resource) -> Schema:
    """Return the operation as OpenAPI writes it."""
    described: Schema = {
        "operationId": operation.name,
        "summary": operation.summary,
        "description": operation.about,
        "tags": [resource.name],
        "parameters": parameters_of(operation),
        "responses": _responses(operation),
    }
    if operation.body is not None:
        media: Schema = {"schema": _ref(operation.body)}
        if operation.body.__name__ in REQUEST_EXAMPLES:
            media["examples"] = REQUEST_EXAMPLES[operation.body.__name__]
        described["requestBody"] = {"required": True, "content": {JSON: media}}
    elif operation.text_body:
        text = {"schema": {"type": "object"}}
        content = dict.fromkeys(operation.text_body, text)
        described["requestBody"] = {"required": True, "content": content}
    return described


def _responses(operation: Operation) -> Schema:
    responses = {str(answer.status): _answer(answer) for answer in operation.answers}
    for status, slugs in problems_of(operation).items():
        titles = "; ".join(KINDS[slug].title for slug in slugs)
        responses[str(status)] = {
            "description": f"{HTTPStatus(status).phrase}: {titles}.",
            "headers": _headers(dict.fromkeys(_problem_headers(slugs), "See the HTTP standard.")),
            "content": {MEDIA_TYPE: {"schema": _ref(Problem)}},
        }
    return responses


def _problem_headers(slugs: list[str]) -> list[str]:
    return sorted({name for slug in slugs for name in KINDS[slug].headers})


def _answer(answer: Answer) -> Schema:
    described: Schema = {"description": answer.description, "headers": _headers(answer.headers)}
    if answer.content is not None:
        media = {"schema": _ref(answer.content)}
        described["content"] = dict.fromkeys(answer.media_types, media)
    return described


def _headers(named: Mapping[str, str]) -> Schema:
    return {
        name: {"description": about, "schema": {"type": "string"}}
        for name, about in {**_REQUEST_ID, **named}.items()
    }


def _described(schema: Schema) -> Schema:
    """Split a parameter's schema from its description."""
    about = schema.pop("description", "")
    schema.pop("title", None)
    return {"description": about, "schema": exact(schema)}


def _given(schema: Schema) -> Schema:
    """Return a query parameter's schema when it is given: then it is never null."""
    options = schema.pop("anyOf", None)
    if options is not None:
        schema |= next(option for option in options if option.get("type") != "null")
    if schema.get("default", "") is None:
        del schema["default"]
    return schema


def _ref(model: type[BaseModel]) -> Schema:
    return {"$ref": REF_TEMPLATE.format(model=model.__name__)}
