"""From a policy's text to closures, with everything that is wrong on the way."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, tzinfo

from pydantic import ValidationError

from rules.comment import Comment, primary_language
from rules.conditions import logic
from rules.conditions.node import Node
from rules.conditions.scope import Scope, Size
from rules.conditions.shorthand import ConditionReader
from rules.errors import PolicyInvalid, Problem
from rules.facts.registry import FACTS
from rules.loading.checks import check_document
from rules.loading.document import Document, Rule
from rules.loading.shapes import shape_problems
from rules.loading.source import Path, Source, read_source
from rules.matching.hits import Hit
from rules.matching.matcher import longest
from rules.profanity import ProfanityFilter
from rules.remembering import found_once
from rules.rule import CompiledRule
from rules.template import Template, TemplateWrong, read_template
from rules.wordlists import OwnList, own_lists
from rules.zones import zone_of

_RESERVED = frozenset({"and", "or", "not", "in", "is", "if", "else", "True", "False", "None"})


@dataclass(frozen=True)
class CompiledPolicy:
    """A document with its lists and rules ready to run."""

    document: Document
    lists: dict[str, OwnList]
    rules: tuple[CompiledRule, ...]
    filter: ProfanityFilter
    used: frozenset[str]
    example_lines: tuple[int, ...] = ()
    zone: tzinfo = UTC

    def profanity(self, comment: Comment) -> list[Hit]:
        """Profanity in the text, by the packaged lists and own lists that count as such."""
        language = primary_language(comment.lang) if comment.lang else None
        hits = self.filter.hits(comment.body, language)
        if not self._own_profanity:
            return hits
        own = [hit for words in self._own_profanity for hit in words.hits(comment.body)]
        return longest([*hits, *own], comment.body)

    @found_once
    def _own_profanity(self) -> list[OwnList]:
        """The policy's own lists whose words count as profanity."""
        return [words for words in self.lists.values() if words.given.profanity]


def _warning(message: str, place: tuple[int, int], hint: str | None = None) -> Problem:
    line, column = place
    return Problem(line=line, column=column, message=message, hint=hint, severity="warning")


class _Compiler:
    def __init__(self, document: Document, source: Source) -> None:
        self.document, self.source = document, source
        own_tags = frozenset(tag for given in document.lists.values() for tag in given.tags)
        self.scope = Scope(frozenset(document.lists), frozenset(document.conditions), own_tags)
        self.reader = ConditionReader(source, self.scope)

    def shared(self) -> None:
        """Named conditions, each able to use those before it."""
        for name, given in self.document.conditions.items():
            path: Path = ("conditions", name)
            if name in FACTS or name in _RESERVED:
                line, column = self.source.keys.get(path, (1, 1))
                message = f"`{name}` is already the name of a fact"
                self.reader.problems.append(Problem(line=line, column=column, message=message))
            self.scope.shared[name] = self.reader.condition(given, path)
            self.scope.sizes[name], self.scope.size = self.scope.size, Size()

    def rules(self) -> Iterator[CompiledRule]:
        """Return the rules that are switched on, in order."""
        for at, rule in enumerate(self.document.rules):
            compiled = self._rule(rule, ("rules", at))
            if rule.enabled:
                yield compiled

    def _rule(self, rule: Rule, path: Path) -> CompiledRule:
        condition = self.reader.all_of(rule, path)
        unless = None
        if rule.unless is not None:
            unless = self.reader.condition(rule.unless, (*path, "unless"))
        self._warn(condition, rule, path)
        if unless is not None and condition.always is not False:
            self._warn_of_exception(condition, unless, rule, path)
        return CompiledRule(rule, condition, unless, self._message(rule, path))

    def _warn(self, condition: Node, rule: Rule, path: Path) -> None:
        if condition.always is None or rule.when is True:
            return
        often = "always" if condition.always else "never"
        message = f"the condition of rule `{rule.id}` can {often} be true"
        if condition.always:
            message = f"the condition of rule `{rule.id}` is always true"
        self._doubt(message, self.source.place((*path, "when")))

    def _warn_of_exception(self, condition: Node, unless: Node, rule: Rule, path: Path) -> None:
        if unless.always is True:
            why = "its exception always holds"
        elif logic.both([condition, logic.inverse(unless)]).always is False:
            why = "its exception holds whenever its condition does"
        else:
            return
        message = f"rule `{rule.id}` never matches: {why}"
        self._doubt(message, self.source.place((*path, "unless")))

    def _doubt(self, message: str, place: tuple[int, int]) -> None:
        self.reader.problems.append(_warning(message, place))

    def unused(self) -> Iterator[Problem]:
        """Yield a warning for each list and condition that no rule uses."""
        used, document = self.scope.used, self.document
        for name, given in document.lists.items() if document.rules else ():
            if f"list:{name}" not in used and not given.profanity:
                place = self.source.keys.get(("lists", name), (1, 1))
                yield _warning(f"no rule uses the list `{name}`", place)
        for name in document.conditions if document.rules else ():
            if name not in used:
                place = self.source.keys.get(("conditions", name), (1, 1))
                hint = f"rename it to `{name.replace('-', '_')}`" if "-" in name else None
                why = ": a - in it is read as minus" if "-" in name else ""
                yield _warning(f"no rule uses the condition `{name}`{why}", place, hint)

    def _message(self, rule: Rule, path: Path) -> Template:
        written = "message" if rule.message else "description" if rule.description else "id"
        try:
            return read_template(getattr(rule, written))
        except TemplateWrong as wrong:
            line, column = self.source.inside((*path, written), 1, wrong.column)
            hint = "facts are filled in by name, as in {links.count}"
            self.reader.problems.append(
                Problem(line=line, column=column, message=str(wrong), hint=hint)
            )
            return Template(("",))


def compile_policy(text: str) -> tuple[CompiledPolicy | None, list[Problem]]:
    """Return the compiled policy (None if there is an error) and all problems by place."""
    try:
        source = read_source(text)
    except PolicyInvalid as invalid:
        return None, invalid.problems
    try:
        document = Document.model_validate(source.value)
    except ValidationError as error:
        return None, sorted(shape_problems(error, source), key=lambda p: (p.line, p.column))
    compiler = _Compiler(document, source)
    problems = check_document(document, source)
    compiler.shared()
    rules = tuple(compiler.rules())
    problems += compiler.reader.problems
    if any(problem.severity == "error" for problem in problems):
        return None, sorted(problems, key=lambda problem: (problem.line, problem.column))
    problems += compiler.unused()
    compiled = CompiledPolicy(
        document, own_lists(document.lists), rules, ProfanityFilter(document.profanity),
        frozenset(compiler.scope.used),
        tuple(source.place(("examples", at))[0] for at in range(len(document.examples))),
        zone_of(document.timezone),
    )  # fmt: skip
    return compiled, sorted(problems, key=lambda problem: (problem.line, problem.column))
