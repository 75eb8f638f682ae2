"""The published JSON Schema says what the loader does."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from rules.loading.lint import lint
from rules.loading.presets import preset, preset_names
from rules.loading.schema import policy_schema

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
        {"name": "x", "rules": [{"id": "a"}]},
        {"name": "x", "rules": [{"id": "a", "when": ""}]},
        {"name": "x", "rules": [{"id": "a", "when": "x" * 4001}]},
        {"name": "x", "rules": [{"id": "a", "pattern": "x" * 1001}]},
        {"name": "x", "rules": [{"id": "a", "list": []}]},
        {"name": "x", "rules": [{"id": "a", "any_of": [{}]}]},
        {"name": "x", "rules": [{"id": "a", "links": 1, "unless": {}}]},
        {"name": "x", "rules": [], "lists": {"a b": {"words": ["c"]}}},
        {"name": "x", "rules": [], "lists": {"a": {"words": ["c*t"]}}},
        {"name": "x", "rules": [], "profanity": {"languages": ["xx"]}},
        {"name": "x", "rules": [], "profanity": {"without": ["telepathy"]}},
    ],
)
def test_a_faulty_document_is_invalid_by_the_schema(document: dict[str, Any]) -> None:
    assert list(VALIDATOR.iter_errors(document))
    assert any(problem.severity == "error" for problem in lint(json.dumps(document)))


@pytest.mark.parametrize(
    "example",
    [{"scores": {"toxicty": 1}}, {"scores": {"spam": 5}}, {"author": {"nme": "a"}}],
)
def test_an_example_that_could_never_pass_is_invalid_by_the_schema(example: dict[str, Any]) -> None:
    document = {
        "name": "x",
        "rules": [],
        "examples": [{"text": "a", "expect": "review", **example}],
    }
    assert list(VALIDATOR.iter_errors(document))


def test_the_examples_of_the_documentation_are_valid_and_have_no_fault() -> None:
    page = (PUBLISHED.parent / "policy.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert blocks
    for block in blocks:
        VALIDATOR.validate(yaml.safe_load(block))
        assert lint(block) == []
