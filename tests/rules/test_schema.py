"""The published JSON Schema says what the loader does."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from rules.presets import preset, preset_names
from rules.schema import policy_schema

PUBLISHED = Path(__file__).parents[2] / "docs" / "policy.schema.json"
VALIDATOR = jsonschema.Draft202012Validator(policy_schema())


def test_the_published_schema_is_in_step() -> None:
    assert json.loads(PUBLISHED.read_text(encoding="utf-8")) == policy_schema()


@pytest.mark.parametrize("name", preset_names())
def test_a_preset_is_valid_by_the_schema(name: str) -> None:
    VALIDATOR.validate(yaml.safe_load(preset(name)))


@pytest.mark.parametrize(
    "document",
    [
        {"name": "x"},
        {"name": "x", "rules": [], "rulse": []},
        {"name": "x", "rules": [{"id": "a", "action": "delete"}]},
        {"name": "x", "rules": [{"id": "a b"}]},
        {"name": "x", "rules": [{"id": "a", "links": 0}]},
    ],
)
def test_a_faulty_document_is_invalid_by_the_schema(document: dict[str, Any]) -> None:
    assert list(VALIDATOR.iter_errors(document))
