"""Checks of a policy that its shape alone does not show, such as duplicates."""

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from ipaddress import ip_network
from typing import Any

from rules.comment import Author, Comment
from rules.errors import Problem
from rules.facts.hosts import domain_of
from rules.facts.registry import SCORE_NAMES
from rules.history import History
from rules.loading.document import Document, Example, Rule, WordList
from rules.loading.source import Path, Source
from rules.matching.fold import normalise
from rules.matching.hits import TECHNIQUES
from rules.matching.regions import is_no_prose
from rules.profanity import lists
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


def _after_final(document: Document, source: Source) -> Iterator[Problem]:
    """Warn of rules that are never looked at."""
    for at, rule in enumerate(document.rules[:-1]):
        always = rule.when is True and rule.unless is None and not _asked(rule)
        if always and rule.final and rule.enabled and not rule.shadow:
            message = f"no rule below is looked at: `{rule.id}` always matches and is final"
            yield _warning(source, ("rules", at, "final"), message)
            return


def _asked(rule: Rule) -> bool:
    """Whether a rule has conditions beside `when`."""
    given = (rule.any_of, rule.all_of, rule.none_of, rule.listed, rule.pattern, rule.links)
    return any(part is not None for part in (*given, rule.profanity))


def _examples(document: Document, source: Source) -> Iterator[Problem]:
    ids = {rule.id for rule in document.rules}
    for at, example in enumerate(document.examples):
        if example.rule is not None and example.rule not in ids:
            near = get_close_matches(example.rule, ids, n=1)
            hint = f"did you mean `{near[0]}`?" if near else None
            yield _at(source, ("examples", at, "rule"), f"there is no rule `{example.rule}`", hint)
        yield from _known(example, ("examples", at), source)


def _known(example: Example, path: Path, source: Source) -> Iterator[Problem]:
    """Warn of what an example names and nobody knows: its policy loads, but it will fail."""
    rooms: dict[str, tuple[Mapping[str, Any], Iterable[str], str]] = {
        "scores": (example.scores, SCORE_NAMES, "score"),
        "author": (example.author, Author.model_fields, "field of an author"),
        "comment": (example.comment, Comment.model_fields, "field of a comment"),
        "history": (example.history, History.model_fields, "count"),
    }
    for room, (given, known, what) in rooms.items():
        for name in given:
            if name not in known:
                near = get_close_matches(name, known, n=1)
                hint = f"did you mean `{near[0]}`?" if near else None
                place = source.keys.get((*path, room, name), (1, 1))
                yield Problem(
                    line=place[0], column=place[1], message=f"there is no {what} `{name}`",
                    hint=hint, severity="warning",
                )  # fmt: skip


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
        elif is_no_prose(bare.lower()):
            hint = "write it under `domains`, or as a `pattern`"
            yield _warning(
                source,
                place,
                f"`{word}` is an address or code: words are not looked for there",
                hint,
            )
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


def _domains(words: WordList, path: Path, source: Source) -> Iterator[Problem]:
    for at, domain in enumerate(words.domains):
        host = domain_of(domain)
        if domain.strip().lower().removeprefix("www.") != host or "." not in host:
            hint = f"write {host}" if "." in host else "write one such as example.com"
            message = f"`{domain}` is no domain, and matches nothing"
            yield _warning(source, (*path, "domains", at), message, hint)


def _lists(document: Document, source: Source) -> Iterator[Problem]:
    for name, words in document.lists.items():
        path: Path = ("lists", name)
        if not (words.words or words.domains or words.networks):
            yield _warning(source, path, f"the list `{name}` is empty")
        yield from _words(words, path, source)
        yield from _networks(words, path, source)
        yield from _domains(words, path, source)


def check_document(document: Document, source: Source) -> list[Problem]:
    """Errors and warnings of a document whose shape is right."""
    checks = (_timezone, _duplicates, _after_final, _examples, _profanity, _lists)
    return [problem for check in checks for problem in check(document, source)]
