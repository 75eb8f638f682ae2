"""Looking one view of a text over for keys."""

from collections.abc import Iterator
from dataclasses import dataclass

from rules.matching.joints import Place, is_phrase, joint
from rules.matching.reading import JOINT, Reading
from rules.matching.respell import runs
from rules.matching.vocabulary import Finder, Key, Vocabulary

_MOST_FOUND = 400
_TRIPLES = tuple(letter * 3 for letter in "abcdefghijklmnopqrstuvwxyz")


@dataclass(frozen=True, slots=True)
class Found:
    """A key at `clean[start:end]`, and how it was written if that is known already."""

    key: Key
    start: int
    end: int
    technique: str | None = None


def whole_words(view: str, words: dict[str, Key]) -> Iterator[Found]:
    """Keys that are whole words of the view."""
    tokens = view.split()
    if words.keys().isdisjoint(tokens):
        return
    at = 0
    for token in tokens:
        at = view.index(token, at)
        if token in words:
            yield Found(words[token], at, at + len(token))
        at += len(token)


def _token(view: str, start: int, end: int) -> tuple[int, int]:
    left = view.rfind(" ", max(0, start - 40), start) + 1
    right = view.find(" ", end, end + 40)
    return max(left, start - 40, 0), right if right >= 0 else min(len(view), end + 40)


def is_innocent(place: Place, vocabulary: Vocabulary) -> bool:
    """Whether the found letters lie within an innocent word (`Scunthorpe`)."""
    left, right = _token(place.view, place.start, place.end)
    word = place.view[left:right].replace(" ", "~")
    if vocabulary.allowed is None:
        return False
    hits = vocabulary.allowed.find_matches_as_indexes(word, overlapping=True)
    return any(
        start + left <= place.start
        and end + left >= place.end
        and end - start > place.end - place.start
        for _, start, end in hits
    )


def _inside(place: Place, vocabulary: Vocabulary) -> str | None:
    """A key within one run of letters: a whole word, or a stem in a longer one."""
    opens, closes = place.opens(), place.closes()
    if opens and closes:
        return ""
    wild = place.key.term.wild
    if wild:
        fits = (opens or wild in {"left", "both"}) and (closes or wild in {"right", "both"})
        return "" if fits and not is_innocent(place, vocabulary) else None
    if not place.key.term.stem or len(place.key.letters) < 4:
        return None
    if place.key.technique and (len(place.key.letters) < 5 or not place.opens()):
        return None
    return None if is_innocent(place, vocabulary) else "joined"


def _technique(place: Place, vocabulary: Vocabulary) -> str | None:
    if " " not in place.inner:
        return _inside(place, vocabulary)
    if place.key.phrase:
        return "" if is_phrase(place) else None
    return joint(place)


def _letters(view: str) -> tuple[str, list[int]]:
    """The letters of a view and where each stands."""
    places = [at for at, char in enumerate(view) if char not in " \x01"]
    return view.replace(" ", "").replace(JOINT, ""), places


def _judged(
    found: Iterator[tuple[Key, int, int]], reading: Reading, view: str, vocabulary: Vocabulary
) -> Iterator[Found]:
    for key, start, end in found:
        place = Place(key, start, end, view, reading.clean)
        technique = _technique(place, vocabulary)
        if technique is not None:
            yield Found(key, start, end, technique or None)


def joined(reading: Reading, view: str, vocabulary: Vocabulary) -> Iterator[Found]:
    """Keys whose letters follow each other, whatever stands between them."""
    letters = view.replace(" ", "").replace(JOINT, "")
    found = list(vocabulary.joined.find(letters))
    if found:
        places = _letters(view)[1]
        spread = ((key, places[start], places[end - 1] + 1) for key, start, end in found)
        yield from _judged(spread, reading, view, vocabulary)


def _long_enough(key: Key, lengths: tuple[int, ...]) -> bool:
    pairs = list(zip(key.lengths, lengths, strict=True))
    spare = max(have - need for need, have in pairs)
    return spare >= 2 and all(have >= need for need, have in pairs)


def stretched(
    reading: Reading, view: str, finder: Finder, vocabulary: Vocabulary
) -> Iterator[Found]:
    """Keys with letters repeated: a run of three or more somewhere in them."""
    letters, places = _letters(view)
    if not any(triple in letters for triple in _TRIPLES):
        return
    once, lengths = runs(letters)
    starts = [0]
    for length in lengths:
        starts.append(starts[-1] + length)
    for key, start, end in finder.find(once):
        if _long_enough(key, lengths[start:end]):
            spread = (key, places[starts[start]], places[starts[end] - 1] + 1)
            for found in _judged(iter((spread,)), reading, view, vocabulary):
                yield Found(key, found.start, found.end, "stretched")


def look_over(reading: Reading, view: str, vocabulary: Vocabulary) -> Iterator[Found]:
    """All that one view of a text holds."""
    yield from whole_words(view, vocabulary.words)
    yield from joined(reading, view, vocabulary)
    yield from stretched(reading, view, vocabulary.stretched, vocabulary)
