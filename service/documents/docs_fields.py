"""Fields of a JSON schema, flat, as the documentation page lists them."""

from dataclasses import dataclass
from typing import Any

Schema = dict[str, Any]
MAX_DEPTH = 4


@dataclass(frozen=True)
class Field:
    """One member of an object: `name` is its path, like `author.id`."""

    name: str
    type: str
    required: bool
    description: str


def fields_of(schema: Schema, components: dict[str, Schema]) -> list[Field]:
    """Return the members of an object's schema and of the objects in it."""
    return _fields(schema, components, "", 0)


def _fields(schema: Schema, components: dict[str, Schema], path: str, depth: int) -> list[Field]:
    target = _resolved(schema, components)
    required = target.get("required", [])
    found: list[Field] = []
    for name, member in target.get("properties", {}).items():
        here = f"{path}{name}"
        about = member.get("description", "") if "$ref" not in member else ""
        found.append(Field(here, type_text(member), name in required, about))
        inner = _inner(member)
        if depth < MAX_DEPTH and "$ref" in inner:
            mark = "[]" if _present(member).get("type") == "array" else ""
            found += _fields(inner, components, f"{here}{mark}.", depth + 1)
    return found


def type_text(schema: Schema) -> str:
    """Return in a few words what a schema takes."""
    schema = _present(schema)
    if "enum" in schema:
        return " | ".join(f"`{value}`" for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {type_text(schema.get('items', {}))}"
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return "any JSON" if name == "JsonValue" else "object"
    return _simple(schema)


def _simple(schema: Schema) -> str:
    if schema.get("format") == "date-time":
        return "time"
    limits = {
        "minLength": "from {} characters",
        "maxLength": "up to {} characters",
        "minimum": "from {}",
        "maximum": "to {}",
    }
    said = [text.format(schema[name]) for name, text in limits.items() if schema.get(name, 0) > 1]
    return ", ".join([str(schema.get("type", "any JSON")), *said])


def _resolved(schema: Schema, components: dict[str, Schema]) -> Schema:
    if "$ref" not in schema:
        return schema
    return components.get(schema["$ref"].rpartition("/")[2], {})


def _present(schema: Schema) -> Schema:
    """Return the schema of a value that is not null."""
    options = [option for option in schema.get("anyOf", []) if option.get("type") != "null"]
    return options[0] if options else schema


def _inner(schema: Schema) -> Schema:
    """Return the schema of what is in a list, or of the value itself."""
    present = _present(schema)
    items: Schema = present.get("items", {})
    return items if present.get("type") == "array" else present
