"""What the names in a condition mean in one policy: facts, shared conditions, lists, patterns."""

from dataclasses import dataclass, field
from difflib import get_close_matches

from rules.conditions.evidence import fact_evidence, listed
from rules.conditions.node import Node, Wrong
from rules.facts.registry import FACTS, Facts
from rules.patterns import Pattern, PatternRefused
from rules.verdict import Match


def suggestion(name: str, names: list[str]) -> str | None:
    """`did you mean …?` for a misspelt name, if one is near."""
    near = get_close_matches(name, names, n=1, cutoff=0.6)
    if not near:
        tail = name.rpartition(".")[2]
        near = [known for known in names if known.rpartition(".")[2] == tail][:1]
    return f"did you mean `{near[0]}`?" if near else None


@dataclass
class Scope:
    """Names that the conditions of one policy may use; `used` collects those that they did."""

    lists: frozenset[str] = frozenset()
    shared: dict[str, Node] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def name(self, name: str) -> Node:
        """Return the node of a fact or a shared condition; raise Wrong with a suggestion."""
        if name in self.shared:
            self.used.add(name)
            return self.shared[name]
        fact = FACTS.get(name)
        if fact is None:
            known = [*FACTS, *self.shared]
            raise Wrong(f"there is no fact `{name}`", hint=suggestion(name, known))
        return Node(
            fact.kind,
            lambda facts: facts[name],
            (name,),
            fact_evidence(name),
            fact=name,
            sometimes=fact.sometimes,
        )

    def word_list(self, name: str) -> Node:
        """Whether a word of the list stands in the fields that the list looks at."""
        if name not in self.lists:
            raise Wrong(f"there is no list `{name}`", hint=suggestion(name, sorted(self.lists)))
        self.used.add(f"list:{name}")

        def run(facts: Facts) -> bool:
            return bool(listed(facts, name))

        return Node("truth", run, (), lambda facts: listed(facts, name))

    def pattern(self, source: str) -> Node:
        """Whether an RE2 pattern matches the text; Wrong when RE2 refuses it."""
        try:
            pattern = Pattern(source)
        except PatternRefused as error:
            raise Wrong(f"pattern `{source}`: {error}", hint=error.hint) from error

        def evidence(facts: Facts) -> list[Match]:
            return pattern.matches("body", facts.subject.body)

        return Node("truth", lambda facts: pattern.found(facts.subject.body), (), evidence)
