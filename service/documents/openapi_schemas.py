"""Schemas made exact: what pydantic says in general, as precisely as the service checks it."""

from typing import Any

REF_TEMPLATE = "#/components/schemas/{model}"
_NO_NUL = "^[^\\u0000]*$"
_JSON_REF = {"$ref": REF_TEMPLATE.format(model="JsonValue")}
# pydantic's schema of "any JSON" says nothing; ours knows that no text may have a NUL in it.
_ANY_JSON = {
    "description": "Any JSON value whose texts have no NUL character.",
    "anyOf": [
        {"type": ["null", "boolean", "number"]},
        {"type": "string", "pattern": _NO_NUL},
        {"type": "array", "items": _JSON_REF},
        {
            "type": "object",
            "propertyNames": {"pattern": _NO_NUL},
            "additionalProperties": _JSON_REF,
        },
    ],
}


def exact(schema: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return the schema without pydantic's titles, with JSON values described."""
    if isinstance(schema, list):
        return [exact(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("additionalProperties") == _JSON_REF:
        schema = schema | {"propertyNames": {"pattern": _NO_NUL}}
    return {
        name: _ANY_JSON if name == "JsonValue" else exact(value)
        for name, value in schema.items()
        if not (name == "title" and isinstance(value, str))
    }
