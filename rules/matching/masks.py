"""Words with letters hidden behind signs or pictures: `f**k`, `sh#t`, `s***`, `f🍆ck`."""

from collections.abc import Iterator
from itertools import groupby, pairwise

from rules.matching.fold import DASH, MASK
from rules.matching.reading import Reading
from rules.matching.regions import has_inner, token_at
from rules.matching.search import Found
from rules.matching.vocabulary import COMMON, Key, Vocabulary

_MASKS = frozenset("*#%^~_@$&?!+=" + MASK + DASH + "█■□▇▮×")
_SOFT_MASKS = ("-", ".", "'")
_FIGURES = str.maketrans("0134578", "o*eastb")
_FIRST = {"$": "s", "@": "a", "5": "s", "4": "a", "8": "b"}
_ENDINGS = frozenset({
    "ing", "ings", "er", "ers", "ed", "s", "es", "y", "ty", "head", "heads", "face", "hole",
    "holes", "ass", "boy", "tard", "wit",
})  # fmt: skip
_SHORTEST_ENDED = 4
_EDGES = ".,;:!?()[]{}\"'`“”‘’<>/|…"
_ELLIPSIS = "…"
_AS_WRITTEN = frozenset(_ELLIPSIS + "×")
"""Signs that hide letters and are folded to something else: a dot, an `x`."""
_FIRST_HALVES = frozenset({"ass", "arse", "dick", "cock", "shit", "fuck", "knob", "bell"})
_BEFORE_WORDS = frozenset({"mother", "mutha", "motha", "muther", "bull", "horse"})
"""First halves before what is a listed word by itself: `bull sh*t`."""
_ALL_FIRST = _FIRST_HALVES | _BEFORE_WORDS
_FEWEST_IN_A_ROW = 3
_TAGGING = frozenset("#@")
"""Signs before a word that tag it and hide nothing: `@hits`."""
_SHORTEST_ABROAD = 5
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
_LONGEST_DOUBLE = 2
_LONGEST_STRETCHED = 40
_FEWEST_SHOWN = 2
_MOST_HIDDEN = 3
_LONGEST = 16
_FIRST_LETTER_ONLY = {"f": "fuck", "s": "shit", "b": "bitch", "c": "cunt", "a": "ass"}
_FIRST_LETTER_LONG = {
    ("f", 6): "fucked", ("f", 7): "fucking", ("a", 7): "asshole", ("a", 8): "assholes",
    ("b", 7): "bastard", ("b", 8): "bastards", ("w", 6): "wanker", ("w", 7): "wankers",
}  # fmt: skip
"""What papers print so, by its first letter and its length."""
_SHOWN_WITHOUT_HEAD = 5
_SHOWN_OF_STEM = 3
_FEWEST_ELIDED = 2
_FEWEST_AROUND = 4


def _fits(word: str, pattern: str) -> bool:
    pairs = zip(word, pattern, strict=True)
    return not any(sign not in (letter, "*") for letter, sign in pairs)


def _headless(pattern: str, vocabulary: Vocabulary) -> Key | None:
    """Return the first letter hidden (`*sshole`): only where all others are shown.

    `*itch` may be an emphasised word, so what is shown must be none.
    """
    rest = pattern[1:]
    if not rest.isalpha() or len(rest) < _SHOWN_OF_STEM or rest in COMMON:
        return None
    for letter in "abcdefghijklmnopqrstuvwxyz":
        for key in vocabulary.masked.get((len(pattern), letter), []):
            told = len(rest) >= _SHOWN_WITHOUT_HEAD or key.term.stem
            if told and key.letters[1:] == rest and key.term.severity > 1:
                return key
    return None


def _meant_by_first_letter(pattern: str) -> str | None:
    """Return the word that nothing but its first letter and its length tell: `f***`."""
    long = _FIRST_LETTER_LONG.get((pattern[0], len(pattern)))
    return long or _FIRST_LETTER_ONLY.get(pattern[0])


def _exact(pattern: str, vocabulary: Vocabulary) -> Key | None:
    shown = len(pattern) - pattern.count("*")
    only = _meant_by_first_letter(pattern) if shown < _FEWEST_SHOWN else ""
    candidates = vocabulary.masked.get((len(pattern), pattern[0]), [])
    for key in candidates:
        told = shown >= _FEWEST_SHOWN or key.letters == only
        if told and _fits(key.letters, pattern) and not _is_too_short(key):
            return key
    return None


def _is_too_short(key: Key) -> bool:
    """Return whether it is three letters of another language: `a*k`, `s*f` are formulas too."""
    foreign = key.term.language not in {"en", ""} and key.term.text.isascii()
    return foreign and len(key.letters) == _SHORTEST


def _loose(pattern: str, vocabulary: Vocabulary) -> Key | None:
    """One run of signs for one to three letters (`f*k`, `f*****k`)."""
    head, _, rest = pattern.partition("*")
    tail = rest.lstrip("*")
    if "*" in tail or not head or not tail:
        return None
    shown = len(head) + len(tail)
    most = _MOST_HIDDEN if shown > _FEWEST_SHOWN else _FEWEST_SHOWN
    for size in range(shown + 1, shown + most + 1):
        for key in vocabulary.masked.get((size, pattern[0]), []):
            fits = key.letters.startswith(head) and key.letters.endswith(tail)
            if fits and key.term.severity > 1 and (key.term.sure or key.term.sounds):
                return key
    return None


def _ended(pattern: str, vocabulary: Vocabulary) -> Key | None:
    """Return a stem of which all but one letter is shown, with other words (`f*cktard`).

    A sign may part the two: `sh*t*show`.
    """
    for at in range(1, len(pattern)):
        head, tail = pattern[:at], pattern[at:].removeprefix("*")
        stem = head if tail in _ENDINGS or tail in COMMON else tail if head in COMMON else ""
        if len(stem) >= _SHORTEST_ENDED and stem[1:-1].count("*") == stem.count("*") == 1:
            key = _exact(stem, vocabulary)
            if key and key.term.stem:
                return key
    return None


def _elided(pattern: str, vocabulary: Vocabulary) -> Key | None:
    """Return a stem that dots or dashes leave the ends of: `f...k`, `c...nt`."""
    head, _, rest = pattern.partition("*")
    tail = rest.lstrip("*")
    if rest.count("*") + 1 < _FEWEST_ELIDED or not tail.isalpha():
        return None
    shown = len(head) + len(tail)
    least = _SHORTEST_ENDED if shown == _FEWEST_SHOWN else shown + 1
    for size in range(least, max(least, shown + _FEWEST_SHOWN) + 1):
        for key in vocabulary.masked.get((size, pattern[0]), []):
            fits = key.letters.startswith(head) and key.letters.endswith(tail)
            if fits and key.term.stem and key.term.sure:
                return key
    return None


def _softly_masked(token: str) -> bool:
    """Return whether hyphens, dots or apostrophes may hide letters: one, or a row (`f--k`)."""
    signs = {char for char in token if char in _SOFT_MASKS}
    if not signs:
        return True
    count = sum(map(token.count, signs))
    sign = signs.pop()
    if count == 1:
        hides = token[token.index(sign) + 1 :][:1].isalnum()  # not in `day.**`
        return hides and len(token) > _SHORTEST and not token.endswith(_CONTRACTED)
    if not signs and sign * 2 not in token:  # `b.st.rd`
        return len(token) - count >= _FEWEST_AROUND
    run = sign * count
    told = token[1 : 1 + count] == run or len(token) - count >= _SHOWN_WITHOUT_HEAD
    inside = count >= _FEWEST_IN_A_ROW and token.replace(run, "").isalpha()  # `sh...t`
    told = told or (inside and token[-1] != sign)
    return not signs and told and run in token


def _without_runs(token: str) -> str:
    """Return the token with letters that stand thrice or more written once (`f*ckkk`)."""
    runs = ((char, len(list(group))) for char, group in groupby(token))
    return "".join(
        char if char.isalpha() and length > _LONGEST_DOUBLE else char * length
        for char, length in runs
    )


def _hides_loosely(token: str) -> bool:
    """Return whether signs may stand for fewer or more letters: stars, or a row of one sign."""
    if not _LOOSE_MASKS.isdisjoint(token):
        return True
    if _MASKS.isdisjoint(token):
        return False
    signs = [char for char in token if not char.isalnum()]
    return len(signs) >= _FEWEST_IN_A_ROW and len(set(signs)) == 1


def _pattern(token: str) -> str | None:
    """Return the token with `*` for what may hide a letter; None if it is nothing of the kind."""
    if not _SHORTEST <= len(token) <= _LONGEST or not _softly_masked(token):
        return None
    if token.rstrip("*").endswith("_"):
        return None  # a name in code: `as_`, `co_*`
    if not token[1:].isalpha() and _hides_loosely(token) and any(map(str.isalpha, token)):
        token = _FIRST.get(token[0], token[0]) + token[1:].translate(_FIGURES)
    signs = "".join("*" if char in _MASKS or char in _SOFT_MASKS else char for char in token)
    return signs if "*" in signs and all(char == "*" or char.isalpha() for char in signs) else None


def _is_told(key: Key, signs: str) -> bool:
    """Return whether a word counts whose letters a hyphen or a dot hides: `b-tch`, `m.rde`."""
    if key.term.language in {"en", ""}:
        return key.term.sure or key.term.sounds
    if "'" in signs:
        return False
    return key.term.sure and "strong" in key.term.tags and len(key.letters) >= _SHORTEST_ABROAD


def _known(pattern: str, vocabulary: Vocabulary, *, soft: str, loose: bool) -> Key | None:
    if pattern[0] == "*":
        return None if soft else _headless(pattern, vocabulary)
    key = _exact(pattern, vocabulary)
    if soft:
        return key if key and _is_told(key, soft) else _elided(pattern, vocabulary)
    return key or _ended(pattern, vocabulary) or (_loose(pattern, vocabulary) if loose else None)


def _hidden(token: str, vocabulary: Vocabulary) -> Key | None:
    """Return the word that a token hides."""
    pattern = _pattern(_without_runs(token)) if len(token) <= _LONGEST_STRETCHED else None
    if pattern is None or (pattern[0] == "*" and token[0] in _TAGGING):
        return None
    soft = "".join(sign for sign in _SOFT_MASKS if sign in token)
    return _known(pattern, vocabulary, soft=soft, loose=_hides_loosely(token))


def _is_drawn_apart(token: str) -> bool:
    """Return whether the same sign stands between all characters (`f_*_c_k`)."""
    if len(token) > 2 * _LONGEST:
        return False
    between = token[1::2]
    return len(between) >= _SHORTEST and len(set(between)) == 1 and not between.isalnum()


def _in_token(token: str, vocabulary: Vocabulary) -> Key | None:
    """Return the word that a token, a hashtag or a row of single characters hides."""
    token = token.replace(_ELLIPSIS, "..")
    key = _hidden(token, vocabulary)
    if key is None and token[:1] == "#":
        key = _hidden(token[1:], vocabulary)
    if key is None and _is_drawn_apart(token):
        key = _hidden(token[::2], vocabulary)
    if key is None and token.count("-") == 1 and not _MASKS.isdisjoint(token):
        key = _hidden(token.replace("-", ""), vocabulary)  # `mother-f*cker`
    return key


def _as_masked(reading: Reading) -> str:
    """Return the text with `…`, which hides several letters, and the sign of times as written."""
    if not any(sign in reading.text for sign in _AS_WRITTEN):
        return reading.clean
    written = (reading.text[at] for at in reading.origins)
    pairs = zip(reading.clean, written, strict=True)
    return "".join(sign if sign in _AS_WRITTEN else char for char, sign in pairs)


def _may_hide(reading: Reading) -> bool:
    """Return whether the text has any sign that may hide a letter; most have none."""
    if not _MASKS.isdisjoint(reading.signs) or has_inner(reading.clean, _SOFT_MASKS):
        return True
    return not reading.text.isascii() and "×" in reading.text


def _halved(clean: str, tokens: list[str], vocabulary: Vocabulary) -> Iterator[Found]:
    """Words in two of which the second half hides letters: `bull sh*t`, `ass h*le`."""
    for first, second in {(one, other) for one, other in pairwise(tokens) if one in _ALL_FIRST}:
        bare = second.rstrip(_EDGES)
        if bare.isalpha() or not bare[:1].isalpha() or MASK in bare:
            continue
        if first in _FIRST_HALVES and _in_token(bare, vocabulary):
            continue
        key = _in_token(first + bare, vocabulary)
        start = clean.find(f"{first} {bare}")
        if key and start >= 0:
            yield Found(key, start, start + len(first) + 1 + len(bare), "masked")


def masked(reading: Reading, vocabulary: Vocabulary) -> Iterator[Found]:
    """Words of the text that fit a listed word but for the letters hidden in them."""
    if not _may_hide(reading):
        return
    clean = _as_masked(reading)
    tokens = clean.split()
    distinct = frozenset(tokens)
    if not _ALL_FIRST.isdisjoint(distinct):
        yield from _halved(clean, tokens, vocabulary)
    for token in distinct:
        bare = token if token.isalpha() else token.strip(_EDGES)
        key = None if bare.isalpha() else _in_token(bare, vocabulary)
        if key is None:
            continue
        for at in _places(clean, token, tokens.count(token)):
            start = at + token.index(bare)
            yield Found(key, start, start + len(bare), "masked")


def _places(text: str, token: str, number: int) -> Iterator[int]:
    """Yield where a token stands that so many stand in a text; the first few of them."""
    at = -len(token)
    for _ in range(min(number, _MOST_TRIED)):
        at = token_at(text, token, at + len(token))
        yield at
