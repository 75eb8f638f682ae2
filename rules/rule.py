"""A compiled rule, and its evaluation on one comment."""

from dataclasses import dataclass

from rules.conditions.node import Node, Run, lists_of, names_of
from rules.facts.registry import Facts
from rules.loading.document import Rule
from rules.remembering import found_once
from rules.template import Template, shown_value
from rules.verdict import Reason, Scalar

_MOST_MATCHES = 50


@dataclass(frozen=True)
class CompiledRule:
    """A rule with its conditions as closures."""

    given: Rule
    condition: Node
    unless: Node | None
    message: Template

    @found_once
    def _parts(self) -> tuple[Run, ...]:
        """What must be true: what comes after a part that is not, even unknown, is not asked."""
        return self.condition.parts or (self.condition.run,)

    @property
    def id(self) -> str:
        """The rule's name."""
        return self.given.id

    @property
    def names(self) -> frozenset[str]:
        """The facts that its condition and its exception look at."""
        return frozenset(names_of(self._nodes))

    @property
    def lists(self) -> frozenset[str]:
        """The policy's own lists that they look words up in."""
        return lists_of(self._nodes)

    @property
    def _nodes(self) -> list[Node]:
        return [node for node in (self.condition, self.unless) if node]

    def applies(self, facts: Facts) -> bool:
        """Whether the rule matches: its condition is true and its exception is not."""
        for part in self._parts:
            if part(facts) is not True:
                return False
        return self.unless is None or self.unless.run(facts) is not True

    def reason(self, facts: Facts) -> Reason:
        """Why it matched, read from the same evaluation that matched."""
        found = self.condition.evidence(facts)
        unique = {(match.field, match.start, match.end, match.term): match for match in found}
        return Reason(
            rule=self.id,
            action=self.given.action,
            message=self.message.fill(facts, found),
            matches=list(unique.values())[:_MOST_MATCHES],
            values={name: _scalar(facts, name) for name in self.condition.names},
        )


def _scalar(facts: Facts, name: str) -> Scalar:
    value = facts[name]
    if isinstance(value, float):
        return round(value, 4)
    return shown_value(value) if isinstance(value, tuple | str) else value
