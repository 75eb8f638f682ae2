"""Words with letters hidden behind signs or pictures: `f**k`, `sh#t`, `s***`, `f🍆ck`."""

from collections import Counter
from collections.abc import Iterator

from rules.matching.fold import DASH, MASK
from rules.matching.reading import Reading
from rules.matching.regions import has_inner
from rules.matching.search import Found
from rules.matching.vocabulary import Key, Vocabulary

_MASKS = frozenset("*#%^~_@$&?!+=" + MASK + DASH + "█■□▇▮×")
_SOFT_MASKS = ("-", ".", "'")
_EDGES = ".,;:!?()[]{}\"'`“”‘’<>/|"
_MOST_TRIED = 50
_LOOSE_MASKS = frozenset("*#" + MASK + DASH)
_CONTRACTED = (
    "'s",
    "'t",
    "'re",
    "'ll",
    "'ve",
    "'m",
    "'d",
    "’s",
    "’t",
    "’re",
    "’ll",
    "’ve",
    "’m",
    "’d",
)
_SHORTEST = 3
_FEWEST_SHOWN = 2
_LONGEST = 16
_FIRST_LETTER_ONLY = {"f": "fuck", "s": "shit", "b": "bitch", "c": "cunt", "a": "ass"}
_SHOWN_WITHOUT_HEAD = 5


def _fits(word: str, pattern: str) -> bool:
    pairs = zip(word, pattern, strict=True)
    return not any(sign not in (letter, "*") for letter, sign in pairs)


def _headless(pattern: str, vocabulary: Vocabulary) -> Key | None:
    """Return the first letter hidden (`*sshole`): only where all others are shown."""
    rest = pattern[1:]
    if not rest.isalpha() or len(rest) < _SHOWN_WITHOUT_HEAD:
        return None
    for letter in "abcdefghijklmnopqrstuvwxyz":
        for key in vocabulary.masked.get((len(pattern), letter), []):
            if key.letters[1:] == rest and key.term.severity > 1:
                return key
    return None


def _exact(pattern: str, vocabulary: Vocabulary) -> Key | None:
    shown = len(pattern) - pattern.count("*")
    if shown < _FEWEST_SHOWN and _FIRST_LETTER_ONLY.get(pattern[0], "")[: len(pattern)] == "":
        return None
    candidates = vocabulary.masked.get((len(pattern), pattern[0]), [])
    for key in candidates:
        told = shown >= _FEWEST_SHOWN or key.letters == _FIRST_LETTER_ONLY[pattern[0]]
        if told and _fits(key.letters, pattern):
            return key
    return None


def _loose(pattern: str, vocabulary: Vocabulary) -> Key | None:
    """One run of signs for one to three letters (`f*k`, `f*****k`)."""
    head, _, rest = pattern.partition("*")
    tail = rest.lstrip("*")
    if "*" in tail or not head or not tail:
        return None
    for size in range(len(head) + len(tail) + 1, len(head) + len(tail) + 4):
        for key in vocabulary.masked.get((size, pattern[0]), []):
            fits = key.letters.startswith(head) and key.letters.endswith(tail)
            if fits and key.term.severity > 1 and key.term.sure:
                return key
    return None


def _pattern(token: str) -> str | None:
    """Return the token with `*` for what may hide a letter; None if it is nothing of the kind."""
    if not _SHORTEST <= len(token) <= _LONGEST or token.endswith(_CONTRACTED):
        return None
    soft = sum(char in _SOFT_MASKS for char in token)
    if soft > 1 or (soft and len(token) <= _SHORTEST):
        return None
    signs = "".join("*" if char in _MASKS or char in _SOFT_MASKS else char for char in token)
    return signs if "*" in signs and all(char == "*" or char.isalpha() for char in signs) else None


def _known(pattern: str, vocabulary: Vocabulary, *, soft: bool, loose: bool) -> Key | None:
    if pattern[0] == "*":
        return None if soft else _headless(pattern, vocabulary)
    key = _exact(pattern, vocabulary)
    if soft:
        return key if key and (key.term.sure or key.term.sounds) else None
    return key or (_loose(pattern, vocabulary) if loose else None)


def _hidden(token: str, vocabulary: Vocabulary) -> Key | None:
    """Return the word that a token hides."""
    pattern = _pattern(token)
    if pattern is None:
        return None
    soft = any(sign in token for sign in _SOFT_MASKS)
    loose = not _LOOSE_MASKS.isdisjoint(token)
    return _known(pattern, vocabulary, soft=soft, loose=loose)


def masked(reading: Reading, vocabulary: Vocabulary) -> Iterator[Found]:
    """Words of the text that fit a listed word but for the letters hidden in them."""
    clean = reading.clean
    if _MASKS.isdisjoint(clean) and not has_inner(clean, _SOFT_MASKS):
        return
    at = 0
    known: dict[str, Key | None] = {}
    tried: Counter[str] = Counter()
    for token in clean.split():
        bare = "" if token.isalpha() else token.strip(_EDGES)
        if bare not in known:
            known[bare] = None if bare.isalpha() else _hidden(bare, vocabulary)
        key = known[bare]
        if key and tried[bare] < _MOST_TRIED:
            tried[bare] += 1
            at = clean.index(bare, at)
            yield Found(key, at, at + len(bare), "masked")
            at += len(bare)
