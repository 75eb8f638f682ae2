"""Words with letters repeated: `shiiiit`, `f u u u c k`."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby
from operator import sub

from rules.matching.reading import JOINT, Reading, View
from rules.matching.search import MOST_TRIED, Found, Tried, joined, judged
from rules.matching.vocabulary import Key, Vocabulary

_BLANKS = " " + JOINT
_SPARE = 2
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
    spare: list[int] = [*map(sub, lengths, key.lengths)]
    return max(spare) >= _SPARE and min(spare) >= 0


def _may_be_stretched(part: str, vocabulary: Vocabulary, tried: Tried) -> bool:
    """Return whether a key is there if every run is one letter: far cheaper than where it is."""
    letters = part.replace(" ", "").replace(JOINT, "")
    once = "".join([letter for letter, _ in groupby(letters)])
    return any(tried[key.letters] <= MOST_TRIED for key, _, _ in vocabulary.stretched.find(once))


def _in_part(part: str, base: int, vocabulary: Vocabulary) -> Iterator[tuple[Key, int, int]]:
    once, lengths, starts, ends = _runs(part)
    for key, start, end in vocabulary.stretched.find(once):
        if _long_enough(key, lengths[start:end]):
            yield key, base + starts[start], base + ends[end - 1]


def doubled(reading: Reading, once: View, vocabulary: Vocabulary) -> Iterator[Found]:
    """Keys of which every letter is written twice, apart from the others; `once` undoubled."""
    for found in joined(reading, once, vocabulary, vocabulary.joined):
        if found.technique == "spaced" and JOINT in once.text[found.start : found.end]:
            yield Found(found.key, found.start, found.end + 1, "stretched")


def stretched(reading: Reading, view: View, vocabulary: Vocabulary) -> Iterator[Found]:
    """Keys with letters repeated: a run of three or more somewhere in them."""
    tried: Tried = defaultdict(int)
    idle = 0
    for base in range(0, len(view.text), _PART):
        part = view.text[base : base + _PART + _OVERLAP]
        if not _may_be_stretched(part, vocabulary, tried):
            idle += max(tried.values(), default=0) > MOST_TRIED
            if idle > _MOST_IDLE:
                return
            continue
        spread = _in_part(part, base, vocabulary)
        for found in judged(spread, reading, view, vocabulary, tried):
            yield Found(found.key, found.start, found.end, "stretched")
