"""What an import gives: the YAML of a policy, and what could not be carried over."""

from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from rules.verdict import Value

RULES_ALONE = (
    "these rules alone judge: no score and no list of profanity looks at comments;"
    " docs/policy.md, From elsewhere, joins them with `tactful policy preset default`"
)


class Imported(Value):
    """A policy as YAML; `notes` say what was left out or changed its meaning, with its line."""

    policy: str
    notes: list[str]


class _Dumper(yaml.SafeDumper):
    """Indents lists as the presets do, so that a rule can be moved from one file to another."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: FBT001, FBT002 - PyYAML's
        del indentless
        super().increase_indent(flow)


def imported(document: Mapping[str, Any], source: str, notes: Iterable[str]) -> Imported:
    """Return a policy document that was made from `source`, with what is to be said of any."""
    body = yaml.dump(dict(document), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)
    return Imported(policy=f"# Imported from {source}.\n{body}", notes=[*notes, RULES_ALONE])
