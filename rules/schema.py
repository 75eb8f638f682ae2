"""The published JSON Schema of a policy, for editors that complete and check as one types."""

from typing import Any

from rules.document import Document, Example, Profanity, ProfanityTest, Rule, Shorthand, WordList
from rules.source import Path

SCHEMA_ID = "https://tactful.example/policy.schema.json"
_ROOMS: dict[str, type] = {
    "rules": Rule, "lists": WordList, "profanity": Profanity, "examples": Example,
    "conditions": Shorthand, "any_of": Shorthand, "all_of": Shorthand, "none_of": Shorthand,
    "unless": Shorthand,
}  # fmt: skip


def policy_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a policy document."""
    schema = Document.model_json_schema(by_alias=True)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        **schema,
        "title": "Tactful policy",
    }


def _keys(model: type) -> list[str]:
    fields = getattr(model, "model_fields", {})
    return [field.alias or name for name, field in fields.items()]


def known_keys(path: Path) -> list[str]:
    """Return the keys that may stand where the last part of `path` stands."""
    for part in reversed(path[:-1]):
        if part == "profanity" and path[0] == "rules":
            return _keys(ProfanityTest)
        if part in _ROOMS:
            return _keys(_ROOMS[str(part)])
    return _keys(Document)
