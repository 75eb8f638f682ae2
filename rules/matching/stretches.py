"""Words with letters repeated: `shiiiit`, `f u u u c k`."""

from collections import Counter
from collections.abc import Iterator, Set
from itertools import groupby

from rules.matching.reading import JOINT, Reading
from rules.matching.search import MOST_TRIED, Found, joined, judged
from rules.matching.vocabulary import Key, Vocabulary

_BLANKS = " " + JOINT
_DOUBLES = frozenset(letter * 2 for letter in "abcdefghijklmnopqrstuvwxyz")
_SPARE = 2
_FEWEST_STRETCHED = 3
_MOST_IDLE = 3
"""So many parts without anything new, once a word was tried often enough, and the rest is left."""
_PART = 2048
_OVERLAP = 128
"""A text is looked over in parts, so that one with few stretches costs little more than none."""


def _runs(view: str) -> tuple[str, list[int], list[int], list[int]]:
    """Each run of one letter once, how long it is, where it begins and where it ends.

    A run goes on over a gap only between single letters (`f u u u c k`), not from one word into
    the next (`of fuck`).
    """
    letters: list[str] = []
    lengths: list[int] = []
    starts: list[int] = []
    ends: list[int] = []
    at = piece = 0
    goes_on = False
    for char, group in groupby(view):
        end = at + len(list(group))
        if char in _BLANKS:
            goes_on, piece = (piece == 1 if piece else goes_on), 0
        elif piece == 0 and goes_on and letters[-1] == char and not view[at + 1 : at + 2].isalpha():
            lengths[-1] += 1
            ends[-1], piece = end, 1
        else:
            letters.append(char)
            lengths.append(end - at)
            starts.append(at)
            ends.append(end)
            piece += end - at
        at = end
    return "".join(letters), lengths, starts, ends


def _long_enough(key: Key, lengths: list[int]) -> bool:
    pairs = list(zip(key.lengths, lengths, strict=True))
    spare = max(have - need for need, have in pairs)
    return spare >= _SPARE and all(have >= need for need, have in pairs)


def _letters(view: str) -> str:
    return view.replace(" ", "").replace(JOINT, "")


def _has_triple(reading: Reading, view: str, vocabulary: Vocabulary) -> bool:
    letters = _letters(view)
    used = vocabulary.alphabet
    if view is reading.view:  # others hold letters that the text has not
        used = used & reading.signs
    return any(letter * _FEWEST_STRETCHED in letters for letter in used)


def _may_be_stretched(part: str, vocabulary: Vocabulary, tried: Counter[str]) -> bool:
    """Return whether a key is there if every run is one letter: far cheaper than where it is."""
    once = "".join([letter for letter, _ in groupby(_letters(part))])
    return any(tried[key.letters] <= MOST_TRIED for key, _, _ in vocabulary.stretched.find(once))


def _in_part(part: str, base: int, vocabulary: Vocabulary) -> Iterator[tuple[Key, int, int]]:
    once, lengths, starts, ends = _runs(part)
    for key, start, end in vocabulary.stretched.find(once):
        if _long_enough(key, lengths[start:end]):
            yield key, base + starts[start], base + ends[end - 1]


def _undoubled(view: str, distinct: Set[str]) -> str | None:
    """Return a view with letters that stand twice and alone written once: `ff uu cc kk`."""
    doubles = _DOUBLES & distinct
    if len(doubles) < _FEWEST_STRETCHED:
        return None
    padded = f" {view} "
    for double in doubles:
        padded = padded.replace(f" {double} ", f" {double[0]}{JOINT} ")
        padded = padded.replace(f" {double} ", f" {double[0]}{JOINT} ")  # `ss ss`
    return padded[1:-1]


def doubled(
    reading: Reading, view: str, distinct: Set[str], vocabulary: Vocabulary
) -> Iterator[Found]:
    """Keys of which every letter is written twice, apart from the others."""
    once = _undoubled(view, distinct)
    if once is None:
        return
    for found in joined(reading, once, vocabulary, vocabulary.joined):
        if found.technique == "spaced" and JOINT in once[found.start : found.end]:
            yield Found(found.key, found.start, found.end + 1, "stretched")


def stretched(reading: Reading, view: str, vocabulary: Vocabulary) -> Iterator[Found]:
    """Keys with letters repeated: a run of three or more somewhere in them."""
    if not _has_triple(reading, view, vocabulary):
        return
    tried: Counter[str] = Counter()
    idle = 0
    for base in range(0, len(view), _PART):
        part = view[base : base + _PART + _OVERLAP]
        if not _may_be_stretched(part, vocabulary, tried):
            idle += max(tried.values(), default=0) > MOST_TRIED
            if idle > _MOST_IDLE:
                return
            continue
        spread = _in_part(part, base, vocabulary)
        for found in judged(spread, reading, view, vocabulary, tried):
            yield Found(found.key, found.start, found.end, "stretched")
