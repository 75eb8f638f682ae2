"""What else the words of a policy's own lists would hit: ordinary words, and approved comments."""

from collections.abc import Iterable, Iterator

from rules.document import WordList
from rules.errors import Problem
from rules.matching.context import NEIGHBOURS
from rules.matching.vocabulary import COMMON, INNOCENT
from rules.wordlists import OwnList

_MOST_TOLD = 5


def dictionary() -> frozenset[str]:
    """Ordinary words to try terms on: those of the packaged lists of innocent words."""
    around = {word for near in NEIGHBOURS.values() for word in near}
    return COMMON | INNOCENT | around


def _told(words: list[str]) -> str:
    more = f" and {len(words) - _MOST_TOLD} more" if len(words) > _MOST_TOLD else ""
    return ", ".join(words[:_MOST_TOLD]) + more


def _ordinary(word: str, given: WordList, words: frozenset[str]) -> list[str]:
    """Ordinary words that one entry hits, itself left out."""
    alone = OwnList("", given.model_copy(update={"words": [word]}))
    bare = word.strip("*").lower()
    return sorted(other for other in words if bare != other and bare in other and alone.hits(other))


def ordinary_hits(given: WordList, words: frozenset[str]) -> Iterator[tuple[int, str]]:
    """For each entry (by its place in the list) that hits ordinary words: what to say of it."""
    for at, word in enumerate(given.words):
        bare = word.strip("*").lower()
        if "*" in word:
            hit = _ordinary(word, given, words)
            if hit:
                yield at, f"`{word}` also hits ordinary words: {_told(hit)}"
        elif bare in words:
            yield at, f"`{word}` is an ordinary word too"


def approved_hits(words: OwnList, approved: Iterable[str]) -> dict[str, list[str]]:
    """For each term, comments that people approved and that it would hit."""
    found: dict[str, list[str]] = {}
    for text in approved:
        for hit in words.hits(text):
            found.setdefault(hit.term.text, []).append(text)
    return found


def warning(message: str, place: tuple[int, int]) -> Problem:
    """Return a warning with what to do about it."""
    hint = "add the innocent words to `except` of the list"
    return Problem(line=place[0], column=place[1], message=message, hint=hint, severity="warning")
