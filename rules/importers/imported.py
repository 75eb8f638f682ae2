"""What an import gives: the YAML of a policy, and what could not be carried over."""

from collections.abc import Mapping
from typing import Any

import yaml

from rules.verdict import Value


class Imported(Value):
    """A policy as YAML; `notes` say what was left out or changed its meaning, with its line."""

    policy: str
    notes: list[str]


def policy_yaml(document: Mapping[str, Any], comment: str) -> str:
    """Return a policy document as YAML with a comment on top."""
    body = yaml.safe_dump(dict(document), sort_keys=False, allow_unicode=True, width=100)
    return f"# {comment}\n{body}"
