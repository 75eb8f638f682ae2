"""What else the words of a policy's own lists would hit: ordinary words, and approved comments."""

from collections.abc import Iterable, Iterator

from rules.errors import Problem
from rules.matching.context import NEIGHBOURS
from rules.matching.vocabulary import COMMON, INNOCENT
from rules.wordlists import OwnList

_MOST_TOLD = 5


def dictionary() -> frozenset[str]:
    """Return ordinary words to try terms on: those of the packaged lists of innocent words."""
    around = {word for near in NEIGHBOURS.values() for word in near}
    return COMMON | INNOCENT | around


def _told(words: list[str]) -> str:
    more = f" and {len(words) - _MOST_TOLD} more" if len(words) > _MOST_TOLD else ""
    return ", ".join(sorted(words)[:_MOST_TOLD]) + more


def _hit_by_wildcards(own: OwnList, words: frozenset[str]) -> dict[str, list[str]]:
    """Return the ordinary words that each wildcard hits, itself left out."""
    found: dict[str, list[str]] = {}
    for word in words:
        for hit in own.hits(word):
            if hit.term.wild and hit.term.text.lower() != word:
                found.setdefault(hit.term.text, []).append(word)
    return found


def ordinary_hits(own: OwnList, words: frozenset[str]) -> Iterator[tuple[int, str]]:
    """Yield, for each entry (by its place) that hits ordinary words, what to say of it."""
    found = _hit_by_wildcards(own, words)
    for at, word in enumerate(own.given.words):
        bare = word.strip("*").strip()
        if bare != word and bare in found:
            yield at, f"`{word}` also hits ordinary words: {_told(found[bare])}"
        elif bare == word and bare.lower() in words:
            yield at, f"`{word}` is an ordinary word too"


def approved_hits(own: OwnList, approved: Iterable[str]) -> dict[str, list[str]]:
    """Return, for each term, comments that people approved and that it would hit."""
    found: dict[str, list[str]] = {}
    for text in approved:
        for hit in own.hits(text):
            found.setdefault(hit.term.text, []).append(text)
    return found


def warning(message: str, place: tuple[int, int]) -> Problem:
    """Return a warning with what to do about it."""
    hint = "add the innocent words to `except` of the list"
    return Problem(line=place[0], column=place[1], message=message, hint=hint, severity="warning")
