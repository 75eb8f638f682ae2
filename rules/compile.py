"""From a policy's text to closures, with everything that is wrong on the way."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, tzinfo
from difflib import get_close_matches

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from rules.checks import check_document
from rules.comment import Comment
from rules.conditions.node import Node
from rules.conditions.scope import Scope
from rules.conditions.shorthand import ConditionReader
from rules.document import Document, Rule
from rules.errors import PolicyInvalid, Problem
from rules.facts.registry import FACTS
from rules.matching.hits import Hit
from rules.matching.matcher import longest
from rules.profanity import ProfanityFilter
from rules.rule import CompiledRule
from rules.source import Path, Source, read_source
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
        language = comment.lang.replace("_", "-").split("-")[0].lower() if comment.lang else None
        hits = self.filter.hits(comment.body, language)
        own = [words for words in self.lists.values() if words.given.profanity]
        if not own:
            return hits
        return longest(
            [*hits, *(hit for words in own for hit in words.hits(comment.body))], comment.body
        )


def _fields(path: Path) -> list[str]:
    """Keys that are known where a key is not."""
    from rules.schema import known_keys  # noqa: PLC0415

    return known_keys(path)


def _problem(error: ErrorDetails, source: Source) -> Problem:
    path: Path = tuple(part for part in error["loc"] if (*error["loc"],))
    message, hint = error["msg"], None
    place = source.place(path)
    if error["type"] == "extra_forbidden":
        key = str(path[-1])
        near = get_close_matches(key, _fields(path), n=1)
        message = f"there is no key `{key}` here"
        hint = f"did you mean `{near[0]}`?" if near else None
        place = source.keys.get(path, place)
    elif error["type"] == "missing":
        message = f"`{path[-1]}` is missing"
    else:
        message = f"{_name(path)}: {message[:1].lower()}{message[1:]}"
    return Problem(line=place[0], column=place[1], message=message, hint=hint)


def _name(path: Path) -> str:
    named = [
        str(part)
        for part in path
        if isinstance(part, str) and part not in {"str", "bool", "Shorthand"}
    ]
    return named[-1] if named else "policy"


def _shape_problems(error: ValidationError, source: Source) -> list[Problem]:
    found: dict[tuple[int, int], Problem] = {}
    for detail in error.errors(include_url=False, include_context=False):
        problem = _problem(detail, source)
        found.setdefault((problem.line, problem.column), problem)
    return list(found.values())


class _Compiler:
    def __init__(self, document: Document, source: Source) -> None:
        self.document, self.source = document, source
        self.scope = Scope(lists=frozenset(document.lists))
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
        return CompiledRule(rule, condition, unless, self._message(rule, path))

    def _warn(self, condition: Node, rule: Rule, path: Path) -> None:
        if condition.always is None or rule.when is True:
            return
        line, column = self.source.place((*path, "when"))
        often = "always" if condition.always else "never"
        message = f"the condition of rule `{rule.id}` can {often} be true"
        if condition.always:
            message = f"the condition of rule `{rule.id}` is always true"
        problem = Problem(line=line, column=column, message=message, severity="warning")
        self.reader.problems.append(problem)

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
        return None, sorted(_shape_problems(error, source), key=lambda p: (p.line, p.column))
    compiler = _Compiler(document, source)
    problems = check_document(document, source)
    compiler.shared()
    rules = tuple(compiler.rules())
    problems += compiler.reader.problems
    if any(problem.severity == "error" for problem in problems):
        return None, sorted(problems, key=lambda problem: (problem.line, problem.column))
    compiled = CompiledPolicy(
        document, own_lists(document.lists), rules, ProfanityFilter(document.profanity),
        frozenset(compiler.scope.used),
        tuple(source.place(("examples", at))[0] for at in range(len(document.examples))),
        zone_of(document.timezone),
    )  # fmt: skip
    return compiled, sorted(problems, key=lambda problem: (problem.line, problem.column))
