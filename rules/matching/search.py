"""Looking one view of a text over for keys."""

from bisect import bisect
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from rules.matching.context import ELSEWHERE
from rules.matching.joints import Place, is_phrase, joint, lone_run
from rules.matching.reading import Reading, View
from rules.matching.vocabulary import COMMON, Finder, Key, Vocabulary
from rules.packaged import packaged_words

MOST_TRIED = 50
_LONGEST_WORD = 30
_SHORTEST_PHRASE = 7
_SHORTEST_STEM = 4
_SHORTEST_FOREIGN_STEM = 6
_LONG_FOREIGN_STEM = 8
_LONGEST_WHOLE = 5
_ANYWHERE = frozenset({"en", ""})
_SMALL = packaged_words("_small.txt")
_SUFFIXES = frozenset({"er", "ed", "es"})
Tried = defaultdict[str, int]
"""How often the letters of each key were looked at in one view."""


@dataclass(frozen=True, slots=True)
class Found:
    """A key at `clean[start:end]`, and how it was written if that is known already."""

    key: Key
    start: int
    end: int
    technique: str | None = None


def whole_words(view: View, words: dict[str, Key]) -> Iterator[Found]:
    """Keys that are whole words of the view, or that with every letter written twice."""
    listed = words.keys() & view.words
    if not listed and not view.twice:
        return
    found = [(token, words[token], None) for token in listed]
    twice = [(token, words[token[::2]], "stretched") for token in view.twice if token[::2] in words]
    padded = f" {view.text} "
    for token, key, technique in (*found, *twice):
        at = padded.find(f" {token} ")
        for _ in range(MOST_TRIED):
            if at < 0:
                break
            yield Found(key, at, at + len(token), technique)
            at = padded.find(f" {token} ", at + len(token))


def _token(view: str, start: int, end: int) -> tuple[int, int]:
    left = view.rfind(" ", max(0, start - 40), start) + 1
    right = view.find(" ", end, end + 40)
    return max(left, start - 40, 0), right if right >= 0 else min(len(view), end + 40)


def _covers(word: str, start: int, end: int, vocabulary: Vocabulary) -> bool:
    """Whether `word[start:end]` lies within an innocent word that is longer.

    That must be the whole word or, unless it is short, its beginning or end (`Scunthorpers`).
    """
    if vocabulary.allowed is None:
        return False
    hits = vocabulary.allowed.find_matches_as_indexes(word, overlapping=True)
    return any(
        left <= start and right >= end and right - left > end - start
        for _, left, right in hits
        if (left == 0) + (right == len(word)) + (right - left > _LONGEST_WHOLE) > 1
    )


def is_innocent(place: Place, vocabulary: Vocabulary) -> bool:
    """Whether the found letters lie within an innocent word (`Scunthorpe`)."""
    if place.key.letters not in vocabulary.sheltered:
        return False
    left, right = _token(place.view, place.start, place.end)
    word = place.view[left:right].replace(" ", "~")
    return _covers(word, place.start - left, place.end - left, vocabulary)


def _is_spelt_innocent(place: Place, vocabulary: Vocabulary) -> bool:
    """`S C U N T H O R P E`: the innocent word is spaced out too."""
    if place.key.letters not in vocabulary.sheltered:
        return False
    gap = place.inner.find(" ")
    stop = gap
    while place.inner[stop : stop + 1] == " ":
        stop += 1
    word = lone_run(place, stop - gap)
    at = word.find(place.key.letters)
    return (
        at >= 0
        and len(word) > _LONGEST_WHOLE
        and _covers(word, at, at + len(place.key.letters), vocabulary)
    )


def _is_short_and_foreign(key: Key) -> bool:
    """Return whether a stem of another language is too short to trust: `Nutte` in `nutter`."""
    return key.term.language not in {"en", ""} and len(key.letters) < _SHORTEST_FOREIGN_STEM


def _may_close(key: Key, *, closes: bool) -> bool:
    """Return whether a stem that does not open a longer word may stand there.

    `edge` ones only at its end; those of other languages too, if they are long.
    """
    if key.term.language in _ANYWHERE:
        return closes or not key.term.edge
    return closes and len(key.letters) >= _LONG_FOREIGN_STEM


def _may_open(place: Place, vocabulary: Vocabulary) -> bool:
    """Whether a stem may begin a longer word.

    One that does so elsewhere (`slutspel`) may only if the rest is a word too.
    """
    if place.key.letters not in ELSEWHERE:
        return True
    rest = place.view[place.end : _token(place.view, place.start, place.end)[1]]
    return rest in COMMON or rest in vocabulary.words


def _inside(place: Place, vocabulary: Vocabulary) -> str | None:
    """Return a key within one run of letters: a whole word, or a stem in a longer one."""
    opens, closes = place.opens(), place.closes()
    if opens and closes:
        return ""
    wild = place.key.term.wild
    if wild:
        fits = (opens or wild in {"left", "both"}) and (closes or wild in {"right", "both"})
        return "" if fits and not is_innocent(place, vocabulary) else None
    if not place.key.term.stem or len(place.key.letters) < _SHORTEST_STEM:
        return None
    if place.key.technique or _is_short_and_foreign(place.key):
        return None
    if not (_may_open(place, vocabulary) if opens else _may_close(place.key, closes=closes)):
        return None
    return None if is_innocent(place, vocabulary) else "joined"


def _technique(place: Place, vocabulary: Vocabulary) -> str | None:
    if " " not in place.inner:
        joined_phrase = place.key.phrase and len(place.key.letters) < _SHORTEST_PHRASE
        return None if joined_phrase else _inside(place, vocabulary)
    if place.key.phrase:
        return "" if is_phrase(place) else None
    technique = joint(place)
    if technique == "spaced" and _is_spelt_innocent(place, vocabulary):
        return None
    if technique == "split" and _says_it_alone(place, vocabulary):
        return None
    return technique


def _says_it_alone(place: Place, vocabulary: Vocabulary) -> bool:
    """`damn it`: a word that is found by itself, and a small word after it; not `wank-er`."""
    pieces = place.inner.split()
    small = _SMALL if " " in place.clean[place.start : place.end] else _SMALL - _SUFFIXES
    return any(piece in vocabulary.words for piece in pieces) and not small.isdisjoint(pieces)


def _whole_word(place: Place) -> Found:
    """Return the word that a stem was found in; the stem alone where that is too long."""
    left, right = _token(place.view, place.start, place.end)
    if right - left > _LONGEST_WORD:
        left, right = place.start, place.end
    return Found(place.key, left, right, "joined")


def judged(
    found: Iterator[tuple[Key, int, int]],
    reading: Reading,
    view: View,
    vocabulary: Vocabulary,
    tried: Tried,
) -> Iterator[Found]:
    """Those of the keys found at places of a view that are words there; `tried` counts them."""
    for key, start, end in found:
        tried[key.letters] += 1
        if tried[key.letters] > MOST_TRIED:
            continue
        place = Place(key, start, end, view.text, reading.clean)
        technique = _technique(place, vocabulary)
        if technique == "joined":
            yield _whole_word(place)
        elif technique is not None:
            yield Found(key, start, end, technique or None)


def _begins_word(view: str, at: int) -> bool:
    """Return whether a word begins there: most chance finds end here, so it is asked first."""
    return at == 0 or not view[at - 1].isalpha()


def joined(reading: Reading, view: View, vocabulary: Vocabulary, finder: Finder) -> Iterator[Found]:
    """Keys whose letters follow each other, whatever stands between them."""
    found = list(finder.find(view.letters))
    if not found:
        return
    ends, text = view.ends, view.text
    tried: Tried = defaultdict(int)
    spread = (
        (key, start + bisect(ends, start), end + bisect(ends, end - 1))
        for key, start, end in found
        if tried[key.letters] <= MOST_TRIED
        if key.loose or _begins_word(text, start + bisect(ends, start))
    )
    yield from judged(spread, reading, view, vocabulary, tried)
