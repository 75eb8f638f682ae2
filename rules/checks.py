"""Checks of a policy that its shape alone does not show, such as duplicates."""

from collections.abc import Iterator
from difflib import get_close_matches
from ipaddress import ip_network

from rules.document import Document, WordList
from rules.errors import Problem
from rules.matching.fold import normalise
from rules.matching.hits import TECHNIQUES
from rules.profanity import lists
from rules.source import Path, Source
from rules.zones import ZoneUnknown, zone_of

_SHORTEST_WILD = 3


def _at(source: Source, path: Path, message: str, hint: str | None = None) -> Problem:
    line, column = source.place(path)
    return Problem(line=line, column=column, message=message, hint=hint)


def _warning(source: Source, path: Path, message: str, hint: str | None = None) -> Problem:
    return _at(source, path, message, hint).model_copy(update={"severity": "warning"})


def _duplicates(document: Document, source: Source) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for at, rule in enumerate(document.rules):
        if rule.id in first:
            line, _ = source.place(("rules", first[rule.id], "id"))
            message = f"the rule id `{rule.id}` is used twice"
            yield _at(source, ("rules", at, "id"), message, f"the first is in line {line}")
        first.setdefault(rule.id, at)
        if rule.discard and rule.action != "reject":
            message = "`discard` has a meaning only with `action: reject`"
            yield _warning(source, ("rules", at, "discard"), message)


def _examples(document: Document, source: Source) -> Iterator[Problem]:
    ids = {rule.id for rule in document.rules}
    for at, example in enumerate(document.examples):
        if example.rule is not None and example.rule not in ids:
            near = get_close_matches(example.rule, ids, n=1)
            hint = f"did you mean `{near[0]}`?" if near else None
            yield _at(source, ("examples", at, "rule"), f"there is no rule `{example.rule}`", hint)


def _timezone(document: Document, source: Source) -> Iterator[Problem]:
    try:
        zone_of(document.timezone)
    except ZoneUnknown as unknown:
        yield _at(source, ("timezone",), str(unknown), unknown.hint)


def _profanity(document: Document, source: Source) -> Iterator[Problem]:
    known = {found.language for found in lists()}
    languages = document.profanity.languages
    for at, language in enumerate(languages if isinstance(languages, list) else []):
        if language not in known:
            hint = f"there are {', '.join(sorted(known))}"
            path: Path = ("profanity", "languages", at)
            yield _at(source, path, f"there is no word list for `{language}`", hint)
    for at, technique in enumerate(document.profanity.without):
        if technique not in TECHNIQUES:
            hint = f"there are {', '.join(sorted(TECHNIQUES))}"
            yield _at(
                source, ("profanity", "without", at), f"there is no technique `{technique}`", hint
            )


def _words(words: WordList, path: Path, source: Source) -> Iterator[Problem]:
    for at, word in enumerate(words.words):
        place = (*path, "words", at)
        bare = word.strip("*")
        if "*" in bare:
            hint = "a wildcard stands first or last; write a `pattern` for more"
            yield _at(source, place, f"`{word}` has a wildcard inside", hint)
        elif not any(char.isalpha() for char in normalise(bare)):
            hint = "words are looked for by their letters; write a `pattern` for signs and figures"
            yield _at(source, place, f"`{word}` has no letter", hint)
        elif bare != word and len(bare) < _SHORTEST_WILD:
            yield _at(
                source, place, f"`{word}` would match almost anything", "use three letters or more"
            )


def _networks(words: WordList, path: Path, source: Source) -> Iterator[Problem]:
    for at, network in enumerate(words.networks):
        try:
            ip_network(network, strict=False)
        except ValueError:
            message = f"`{network}` is no IP address or network"
            yield _at(
                source, (*path, "networks", at), message, "write 203.0.113.9 or 203.0.113.0/24"
            )


def _lists(document: Document, source: Source) -> Iterator[Problem]:
    for name, words in document.lists.items():
        path: Path = ("lists", name)
        if not (words.words or words.domains or words.networks):
            yield _warning(source, path, f"the list `{name}` is empty")
        yield from _words(words, path, source)
        yield from _networks(words, path, source)


def check_document(document: Document, source: Source) -> list[Problem]:
    """Errors and warnings of a document whose shape is right."""
    checks = (_timezone, _duplicates, _examples, _profanity, _lists)
    return [problem for check in checks for problem in check(document, source)]
