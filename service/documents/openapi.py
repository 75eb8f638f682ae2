"""The OpenAPI 3.1 document, made from the operations themselves."""

from collections.abc import Iterable
from importlib.metadata import version
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from service.documents.openapi_operations import describe, public_path
from service.documents.openapi_schemas import REF_TEMPLATE, exact
from service.http.operations import Operation, Resource
from service.http.problems import Problem

Schema = dict[str, Any]

_ABOUT = (
    "Comment moderation: submit a comment, get a verdict with its reasons, by webhook or in the"
    " answer. Times are RFC 3339 in UTC, offsets are Unicode code points, scores run from 0 to 1."
)


def openapi_document(resources: Iterable[Resource]) -> Schema:
    """Return the document of these resources."""
    resources = list(resources)
    operations = [operation for resource in resources for operation in resource.operations]
    paths: dict[str, Schema] = {}
    for resource in resources:
        for operation in resource.operations:
            item = paths.setdefault(public_path(operation), {})
            item[operation.method.lower()] = describe(operation, resource)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Tactful", "version": version("tactful"), "description": _ABOUT},
        "tags": [{"name": each.name, "description": each.about} for each in resources],
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "schemas": _schemas(operations),
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A key of the site: the API key, or the Akismet key.",
                }
            },
        },
    }


def _schemas(operations: list[Operation]) -> Schema:
    wanted: dict[type[BaseModel], JsonSchemaMode] = {Problem: "validation"}
    for operation in operations:
        for answer in operation.answers:
            if answer.content is not None:
                wanted[answer.content] = "serialization"
        if operation.body is not None:
            wanted[operation.body] = "validation"
    _, found = models_json_schema(list(wanted.items()), ref_template=REF_TEMPLATE)
    schemas: Schema = exact(found.get("$defs", {}))
    return schemas
