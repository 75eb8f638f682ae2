"""What the names in a condition mean in one policy: facts, shared conditions, lists, patterns."""

from dataclasses import dataclass, field
from difflib import get_close_matches

from rules.conditions.evidence import TEXT_FIELDS, fact_evidence, listed, text_of
from rules.conditions.node import Node, Wrong
from rules.facts.registry import FACTS, Facts
from rules.loading.places import line_and_column
from rules.patterns import Pattern, PatternRefused
from rules.verdict import Match

DEEPEST = 40
_MOST_REPEATED = 100_000
"""Pieces of shared conditions at all their uses: more than any policy for people needs."""


@dataclass
class Size:
    """How many pieces there are to evaluate, and how deeply they are nested."""

    pieces: int = 0
    depth: int = 0


def suggestion(name: str, names: list[str]) -> str | None:
    """`did you mean …?` for a misspelt name, if one is near."""
    near = get_close_matches(name, names, n=1, cutoff=0.6)
    if not near:
        tail = name.rpartition(".")[2]
        near = [known for known in names if known.rpartition(".")[2] == tail][:1]
    return f"did you mean `{near[0]}`?" if near else None


def _pattern(source: str) -> Pattern:
    try:
        return Pattern(source)
    except PatternRefused as error:
        line, column = line_and_column(source, error.at)
        raise Wrong(f"this pattern is refused: {error}", line, column, error.hint) from error


@dataclass
class Scope:
    """Names that the conditions of one policy may use; `used` collects those that they did.

    `below` are the shared conditions that the file names, read or not read yet;
    `own_tags` are those of the policy's own lists; `doubts` are parts
    of the expression compiled last that say nothing; `size` is that of what was compiled since it
    was set, shared conditions counted wherever they are used, `sizes` those of the shared ones.
    """

    lists: frozenset[str] = frozenset()
    below: frozenset[str] = frozenset()
    own_tags: frozenset[str] = frozenset()
    shared: dict[str, Node] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    doubts: list[Wrong] = field(default_factory=list)
    size: Size = field(default_factory=Size)
    sizes: dict[str, Size] = field(default_factory=dict)
    repeated: int = 0

    def count(self, depth: int, name: str | None = None) -> None:
        """Count a piece at this depth, or the condition of this name with all that it uses.

        Raise Wrong where conditions that use others twice, and those again, come to too much.
        """
        added = self.sizes.get(name or "", Size(1, 1))
        self.size.pieces += added.pieces
        self.size.depth = max(self.size.depth, depth + added.depth)
        if name is None:
            return
        self.repeated += added.pieces
        if depth + added.depth > DEEPEST:
            raise Wrong(f"`{name}` is nested too deeply: what it uses uses others in its turn")
        if self.repeated > _MOST_REPEATED:
            hint = "each use of a condition counts, and so does each within the one that is used"
            raise Wrong("the shared conditions come to too many steps here", hint=hint)

    def name(self, name: str) -> Node:
        """Return the node of a fact or a shared condition; raise Wrong with a suggestion."""
        if name in self.shared:
            self.used.add(name)
            return self.shared[name]
        fact = FACTS.get(name)
        if fact is None:
            raise self._unknown(name)
        return Node(
            fact.kind,
            lambda facts: facts[name],
            (name,),
            fact_evidence(name),
            fact=name,
            span=(
                float("-inf") if fact.low is None else fact.low,
                float("inf") if fact.high is None else fact.high,
            ),
        )

    def _unknown(self, name: str) -> Wrong:
        if name in self.below:
            move = "a condition may use those above it: move it up"
            return Wrong(f"the condition `{name}` stands further down", hint=move)
        hint = suggestion(name, [*FACTS, *self.shared])
        if hint is None and "." not in name:
            hint = f'a text stands in quotes: "{name}"'
        return Wrong(f"there is no fact `{name}`", hint=hint)

    def word_list(self, name: str) -> Node:
        """Whether a word of the list stands in the fields that the list looks at."""
        if name not in self.lists:
            raise Wrong(f"there is no list `{name}`", hint=suggestion(name, sorted(self.lists)))
        self.used.add(f"list:{name}")

        def run(facts: Facts) -> bool:
            return bool(listed(facts, name))

        return Node("truth", run, (), lambda facts: listed(facts, name), lists=frozenset({name}))

    def matched(self, field: Node, source: str) -> Node:
        """Whether an RE2 pattern matches a text fact; Wrong when RE2 refuses it."""
        pattern, run, name = _pattern(source), field.run, field.fact or ""

        def found(facts: Facts) -> bool | None:
            text = run(facts)
            return None if text is None else pattern.found(text, facts.subject.watch)

        def evidence(facts: Facts) -> list[Match]:
            if name not in TEXT_FIELDS:
                return []
            return pattern.matches(*text_of(facts, name), facts.subject.watch)

        return Node("truth", found, field.names, evidence)

    def pattern(self, source: str) -> Node:
        """Whether an RE2 pattern matches the text; Wrong when RE2 refuses it."""
        pattern = _pattern(source)

        def found(facts: Facts) -> bool | None:
            return pattern.found(facts.subject.body, facts.subject.watch)

        def evidence(facts: Facts) -> list[Match]:
            return pattern.matches("body", facts.subject.body, facts.subject.watch)

        return Node("truth", found, (), evidence, True if pattern.always else None)
