"""Everything that is wrong or doubtful in a policy, without loading it."""

from collections.abc import Iterable, Iterator

from rules.errors import Problem
from rules.facts.registry import SCORE_NAMES
from rules.loading.collisions import approved_hits, ordinary_hits, warning
from rules.loading.compile import CompiledPolicy, compile_policy
from rules.loading.source import read_source

_LONGEST_SHOWN = 60


def _ordinary(compiled: CompiledPolicy, source: str) -> Iterator[Problem]:
    """Warnings of words that would hit ordinary ones."""
    if not compiled.lists:
        return
    read = read_source(source)
    for name, own in compiled.lists.items():
        for at, message, hint in ordinary_hits(own):
            yield warning(message, read.place(("lists", name, "words", at)), hint)


def _approved(compiled: CompiledPolicy, source: str, approved: list[str]) -> Iterator[Problem]:
    read = read_source(source)
    for name, own in compiled.lists.items():
        for term, texts in approved_hits(own, approved).items():
            shown = texts[0] if len(texts[0]) <= _LONGEST_SHOWN else texts[0][:_LONGEST_SHOWN] + "…"
            comments = "comment" if len(texts) == 1 else "comments"
            message = f"`{term}` hits {len(texts)} approved {comments}, such as: {shown}"
            yield warning(message, read.place(("lists", name)))


def _unjudged(compiled: CompiledPolicy, source: str) -> Iterator[Problem]:
    """Warn of a policy that lets pass what a person would call abuse, unless it names the words."""
    holding = [
        rule for rule in compiled.rules if not rule.given.shadow and rule.given.action != "approve"
    ]
    asked = set[str]().union(*(rule.names for rule in holding))
    judges = any(name in SCORE_NAMES or name.startswith("profanity") for name in asked)
    if not judges and compiled.document.otherwise == "approve":
        message = (
            "no rule asks for a score or for profanity to hold comments: abuse and adverts pass"
        )
        hint = "take rules over from `tactful policy preset default`"
        yield warning(message, read_source(source).keys.get(("rules",), (1, 1)), hint)


def examine(
    source: str, approved: Iterable[str] = ()
) -> tuple[CompiledPolicy | None, list[Problem]]:
    """Return the compiled policy, None if it has an error, and what `lint` says of it."""
    compiled, problems = compile_policy(source)
    if compiled is None:
        return None, problems
    texts = list(approved)
    problems = [*problems, *_unjudged(compiled, source), *_ordinary(compiled, source)]
    if texts:
        problems += _approved(compiled, source, texts)
    return compiled, sorted(problems, key=lambda problem: (problem.line, problem.column))


def lint(source: str, approved: Iterable[str] = ()) -> list[Problem]:
    """Errors and warnings of a policy text in order of place; empty for a good one. Never raises.

    `approved` are texts that people approved: what new words would hit among them is warned of.
    """
    return examine(source, approved)[1]
