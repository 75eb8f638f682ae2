"""The published JSON Schema of a policy, for editors that complete and check as one types."""

from collections.abc import Iterable
from typing import Any

from rules.comment import Author, Comment
from rules.facts.registry import SCORE_NAMES
from rules.history import History
from rules.loading.document import (
    IDENTIFIER,
    Document,
    Example,
    Profanity,
    ProfanityTest,
    Rule,
    Shorthand,
    WordList,
)
from rules.loading.source import Path
from rules.matching.hits import TECHNIQUES
from rules.profanity import lists

SCHEMA_ID = "https://tactful.example/policy.schema.json"
_ROOMS: dict[str, type] = {
    "rules": Rule, "lists": WordList, "profanity": Profanity, "examples": Example,
    "conditions": Shorthand, "any_of": Shorthand, "all_of": Shorthand, "none_of": Shorthand,
    "unless": Shorthand,
}  # fmt: skip


_CONDITIONS = ("when", "any_of", "all_of", "none_of", "list", "pattern", "links", "profanity")


def policy_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a policy document: refuses what the loader does, where it can."""
    schema = Document.model_json_schema(by_alias=True)
    _tighten(schema)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        **schema,
        "title": "Tactful policy",
    }


def _tighten(schema: dict[str, Any]) -> None:
    """Add what the loader checks beyond the shape."""
    parts = schema["$defs"]
    for shape in ("Rule", "Shorthand"):
        parts[shape]["anyOf"] = [{"required": [key]} for key in _CONDITIONS]
    for room in ("lists", "conditions"):
        schema["properties"][room]["propertyNames"] = {"pattern": IDENTIFIER}
    parts["WordList"]["properties"]["words"]["items"]["pattern"] = r"^\*?[^*]+\*?$"
    profanity = parts["Profanity"]["properties"]
    profanity["without"]["items"] = {"enum": sorted(TECHNIQUES)}
    languages = sorted(found.language for found in lists())
    profanity["languages"]["anyOf"][1]["items"] = {"enum": languages}
    example = parts["Example"]["properties"]
    example["scores"]["additionalProperties"] = {"type": "number", "minimum": 0, "maximum": 1}
    known: dict[str, Iterable[str]] = {
        "scores": SCORE_NAMES, "author": Author.model_fields, "comment": Comment.model_fields,
        "history": History.model_fields,
    }  # fmt: skip
    for room, names in known.items():
        example[room]["propertyNames"] = {"enum": sorted(names)}


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
