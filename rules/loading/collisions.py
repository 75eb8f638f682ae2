"""What else the words of a policy's own lists would hit: ordinary words, and approved comments."""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from ahocorasick_rs import AhoCorasick

from rules.errors import Problem
from rules.matching.context import NEIGHBOURS
from rules.matching.regions import is_no_prose
from rules.matching.vocabulary import COMMON, INNOCENT
from rules.packaged import packaged_dictionary
from rules.wordlists import OwnList

_MOST_TOLD = 5
_INFLECTIONS = frozenset({"", "s", "es", "d", "ed", "er", "ers", "ing"})  # meant by a `word*`
_EXCEPT = "add the innocent words to `except` of the list"
_PATTERN = "write a `pattern` for it: words are letters, without figures and signs at their ends"
_ORDINARY = "good, if every comment with it is meant"


@lru_cache(maxsize=1)
def common_words() -> frozenset[str]:
    """Return ordinary words that a term should not be without a thought."""
    around = {word for near in NEIGHBOURS.values() for word in near}
    return COMMON | INNOCENT | around


@lru_cache(maxsize=1)
def dictionary() -> str:
    """Return 75,000 English words (SCOWL) and the innocent ones of our lists, one a line."""
    words = sorted(common_words())
    return f"\n{packaged_dictionary('english.words.gz')}" + "\n".join(words) + "\n"


def _told(words: list[str]) -> str:
    """Return the best known of the words, and how many more there are."""
    known = sorted(words, key=lambda word: (word not in COMMON, len(word), word))
    more = f" and {len(words) - _MOST_TOLD} more" if len(words) > _MOST_TOLD else ""
    return ", ".join(known[:_MOST_TOLD]) + more


def _words_with(parts: list[str]) -> set[str]:
    """Return the words of the dictionary that hold one of the parts."""
    text, found = dictionary(), set()
    for _, start, end in AhoCorasick(parts).find_matches_as_indexes(text, overlapping=True):
        found.add(text[text.rindex("\n", 0, start) + 1 : text.index("\n", end)])
    return found


def _hit_by_wildcards(own: OwnList) -> dict[str, list[str]]:
    """Return the ordinary words that each wildcard hits, itself left out."""
    wild = [term.text.lower() for term in own.terms if term.wild]
    found: dict[str, list[str]] = {}
    for word in _words_with(wild) if wild else ():
        for hit in own.hits(word):
            if hit.term.wild and word.removeprefix(hit.term.text.lower()) not in _INFLECTIONS:
                found.setdefault(hit.term.text, []).append(word)
    return found


def ordinary_hits(own: OwnList) -> Iterator[tuple[int, str, str]]:
    """Yield what to say of each entry (by its place) that hits too much or nothing, and do."""
    found, unfound = _hit_by_wildcards(own), frozenset(own.unfound())
    for at, word in enumerate(own.given.words):
        bare = word.strip("*").strip()
        if at in unfound and not is_no_prose(bare.lower()):  # of addresses more is told
            yield at, f"`{word}` cannot be found as a word", _PATTERN
        elif bare != word and bare in found:
            yield at, f"`{word}` also hits ordinary words: {_told(found[bare])}", _EXCEPT
        elif bare == word and bare.lower() in common_words():
            yield at, f"`{word}` is an ordinary word too", _ORDINARY


def approved_hits(own: OwnList, approved: Iterable[str]) -> dict[str, list[str]]:
    """Return, for each term, comments that people approved and that it would hit."""
    found: dict[str, list[str]] = {}
    for text in approved:
        for hit in own.hits(text):
            found.setdefault(hit.term.text, []).append(text)
    return found


def warning(message: str, place: tuple[int, int], hint: str = _EXCEPT) -> Problem:
    """Return a warning with what to do about it."""
    line, column = place
    return Problem(line=line, column=column, message=message, hint=hint, severity="warning")
