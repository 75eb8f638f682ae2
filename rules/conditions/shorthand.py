"""Conditions without expressions: `any_of`, `list`, `pattern`, `links`, `profanity`."""

from collections.abc import Callable, Iterator

from rules.conditions import logic
from rules.conditions.evidence import match_of
from rules.conditions.node import Node, Wrong
from rules.conditions.parse import compile_expression
from rules.conditions.scope import Scope, Size
from rules.errors import Problem
from rules.facts.registry import Facts
from rules.loading.document import ProfanityTest, Shorthand
from rules.loading.source import Path, Source
from rules.matching.hits import Hit
from rules.profanity import packaged_tags
from rules.verdict import Match

Make = Callable[[str], Node]
_LEVELS = 2
"""How deeply a mapping nests what it holds: in `any_of`, and that in what must all hold."""
_NEVER = Node("truth", lambda _: False)


class ConditionReader:
    """Compiles the conditions of one policy, collecting what is wrong with them."""

    def __init__(self, source: Source, scope: Scope) -> None:
        self.source, self.scope = source, scope
        self.problems: list[Problem] = []

    def expression(self, text: str | bool, path: Path) -> Node:  # noqa: FBT001
        """Return an expression; a fault in it is noted and the node never matches."""
        if isinstance(text, bool):
            return Node("truth", lambda _: text, always=text)
        try:
            node = compile_expression(text, self.scope)
        except Wrong as wrong:
            self._fault(wrong, self.source.inside(path, wrong.line, max(1, wrong.column)))
            return _NEVER
        self._doubt(node, path)
        return node

    def _doubt(self, node: Node, path: Path) -> None:
        """Warn of an expression, or of parts of it, that is always or never true."""
        if node.always is not None and path[2:] != ("when",):  # of a rule's own its rule is told
            message = "this is always true" if node.always else "this can never be true"
            self._warn(message, self.source.place(path))
        for doubt in self.scope.doubts:
            self._warn(doubt.message, self.source.inside(path, doubt.line, max(1, doubt.column)))
        self.scope.doubts.clear()

    def _warn(self, message: str, place: tuple[int, int]) -> None:
        line, column = place
        self.problems.append(Problem(line=line, column=column, message=message, severity="warning"))

    def condition(self, given: str | bool | Shorthand, path: Path) -> Node:  # noqa: FBT001
        """Return an expression or a mapping."""
        if not isinstance(given, Shorthand):
            return self.expression(given, path)
        around, self.scope.size = self.scope.size, Size()
        node = self.all_of(given, path)
        around.pieces += self.scope.size.pieces
        around.depth = max(around.depth, self.scope.size.depth + _LEVELS)
        self.scope.size = around
        return node

    def all_of(self, given: Shorthand, path: Path) -> Node:
        """Everything that a mapping asks for, joined by `and`."""
        nodes = list(self._parts(given, path))
        if not nodes:
            line, column = self.source.place(path)
            message = "no condition is given"
            hint = "give one of when, any_of, list, pattern, links, profanity"
            self.problems.append(Problem(line=line, column=column, message=message, hint=hint))
            return _NEVER
        return nodes[0] if len(nodes) == 1 else logic.both(nodes)

    def _fault(self, wrong: Wrong, place: tuple[int, int]) -> None:
        self.problems.append(
            Problem(line=place[0], column=place[1], message=wrong.message, hint=wrong.hint)
        )

    def _parts(self, given: Shorthand, path: Path) -> Iterator[Node]:
        if given.when is not None:
            yield self.expression(given.when, (*path, "when"))
        if given.all_of:
            yield logic.both(self._several(given.all_of, (*path, "all_of")))
        if given.any_of:
            yield logic.either(self._several(given.any_of, (*path, "any_of")))
        if given.none_of:
            yield logic.inverse(logic.either(self._several(given.none_of, (*path, "none_of"))))
        yield from self._lookups(given, path)

    def _lookups(self, given: Shorthand, path: Path) -> Iterator[Node]:
        if given.listed is not None:
            yield self._each(given.listed, self.scope.word_list, (*path, "list"))
        if given.pattern is not None:
            yield self._each(given.pattern, self.scope.pattern, (*path, "pattern"))
        if given.links is not None:
            yield compile_expression(f"links.count >= {given.links}", self.scope)
        if given.profanity is not None:
            self.scope.count(0)
            self._tags(given.profanity, (*path, "profanity", "tags"))
            yield profanity_node(given.profanity)

    def _tags(self, given: ProfanityTest | int, path: Path) -> None:
        """Warn of tags that no listed word has."""
        for at, tag in enumerate(given.tags if isinstance(given, ProfanityTest) else ()):
            if tag not in self.scope.own_tags | packaged_tags():
                known = ", ".join(sorted(self.scope.own_tags | packaged_tags()))
                message = f"no listed word has the tag `{tag}`: there are {known}"
                self._warn(message, self.source.place((*path, at)))

    def _several(self, given: list[str | Shorthand], path: Path) -> list[Node]:
        return [self.condition(part, (*path, at)) for at, part in enumerate(given)]

    def _each(self, given: str | list[str], make: Make, path: Path) -> Node:
        names = [given] if isinstance(given, str) else given
        nodes: list[Node] = []
        for at, name in enumerate(names):
            self.scope.count(0)
            try:
                nodes.append(make(name))
            except Wrong as wrong:
                entry: Path = (*path, at) if isinstance(given, list) else path
                whole = wrong.column == 0
                place = self.source.place(entry)
                inside = self.source.inside(entry, wrong.line, wrong.column)
                self._fault(wrong, place if whole else inside)
        if len(nodes) == 1:
            return nodes[0]
        return logic.either(nodes) if nodes else _NEVER


def _wanted(hit: Hit, test: ProfanityTest) -> bool:
    return hit.severity >= test.severity and (
        not test.tags or not hit.term.tags.isdisjoint(test.tags)
    )


def profanity_node(given: ProfanityTest | int) -> Node:
    """Whether listed words of this severity and these tags occur, and where."""
    test = given if isinstance(given, ProfanityTest) else ProfanityTest(severity=given)  # type: ignore[arg-type]

    def hits(facts: Facts) -> list[Hit]:
        return [hit for hit in facts.subject.profanity if _wanted(hit, test)]

    def evidence(facts: Facts) -> list[Match]:
        return [match_of(hit, facts.subject.body) for hit in hits(facts)]

    names = ("profanity.severity",)
    return Node(
        "truth", lambda facts: bool(facts.subject.profanity and hits(facts)), names, evidence
    )
