"""The index of all listed words that the matcher looks things up in.

Whole words are keys of a dictionary; what may be split, joined or stretched is found by one
Aho-Corasick automaton over the letters alone (ahocorasick-rs), so the cost of a text does not grow
with the number of terms.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from rules.matching.fold import normalise
from rules.matching.learned import is_letter
from rules.matching.respell import SHORTEST, figured, hard_spellings, respellings, runs, slips
from rules.matching.terms import Term
from rules.matching.transliterate import latin_spellings
from rules.packaged import packaged_words

_SHORTEST_JOINED = 4
_SHORTEST_REVERSED = 4
_LONGEST_MASKED = 16
_LONGEST_KEY = 200
_STEP = 4096
_MOST_FOUND = 3000
_LONGEST_RESPELT = 12
_SHORTEST_SPELLING = 3
_LONGEST_DOUBTFUL = 4
_FEWEST_STRETCHED = 3
_ROMANCE = frozenset({"es", "fr", "it", "pt"})


@dataclass(slots=True, unsafe_hash=True)  # of 140,000, frozen ones take twice as long to make
class Key:
    """One spelling of a term as it is looked for: folded, letters only.

    `loose` ones may stand inside a longer word; `lengths` are those of its runs of one
    letter, where it is looked for with letters repeated. Those whose `technique` is `leet` count
    with a figure in them only: `f0ck`. Nobody changes one.
    """

    letters: str
    term: Term
    technique: str | None = None
    phrase: bool = False
    lengths: tuple[int, ...] = ()
    loose: bool = False


INNOCENT = packaged_words("_innocent.txt")
COMMON = packaged_words("_common.txt")
_NAMES = packaged_words("_namesakes.txt") - COMMON
NAMESAKES = COMMON | _NAMES
"""Ordinary words and names that a respelling, a swap or a reversal of a listed word makes."""


def _letters(text: str) -> str:
    return "".join(filter(is_letter, normalise(text)))


def _plain_keys(terms: Iterable[Term]) -> Iterator[Key]:
    for term in terms:
        letters = _letters(term.text)
        if letters:
            lone = term.text.strip().isalpha() or letters == normalise(term.text).strip()
            loose = term.stem or bool(term.wild)
            yield Key(letters, term, None, not lone, loose=loose)


def _is_respelt(term: Term) -> bool:
    """Sounds and reversals are English: in another language they make that language's words."""
    if term.language != "en":
        return False
    long_and_sure = len(term.text) > _LONGEST_DOUBTFUL and not term.ambiguous
    return term.sounds or (term.sure and (term.stem or long_and_sure))


def _is_reversed(term: Term) -> bool:
    """Return whether it is looked for backwards: abroad only what is strong, and no short word."""
    strong = term.sure and "strong" in term.tags and len(term.text) > _LONGEST_DOUBTFUL
    return _is_respelt(term) or (strong and term.language not in {"en", ""})


def _spellings(key: Key) -> Iterator[tuple[str, str]]:
    """Yield other spellings of a key, each with its technique."""
    yield from ((spelling, "respelled") for spelling in latin_spellings(key.term))
    if key.phrase or not SHORTEST <= len(key.letters) <= _LONGEST_RESPELT:
        return
    if key.term.language == "en" and key.term.severity > 1 and key.letters.endswith("s"):
        yield key.letters.removesuffix("s") + "z", "respelled"
    if key.term.language in _ROMANCE and key.term.sure and len(key.letters) > _LONGEST_DOUBTFUL:
        yield from ((spelling, "respelled") for spelling in hard_spellings(key.letters))
    if _is_respelt(key.term):
        yield from respellings(key.letters)
    if _is_respelt(key.term) and key.term.stem:
        yield from ((spelling, "respelled") for spelling in slips(key.letters))
        yield from ((spelling, "leet") for spelling in figured(key.letters))


def _respelled_keys(keys: Iterable[Key], taken: set[str]) -> Iterator[Key]:
    """Yield a key for each spelling that is not `taken` yet."""
    for key in keys:
        term, loose = key.term, key.loose
        for spelling, technique in _spellings(key):
            if spelling in taken or len(spelling) < _SHORTEST_SPELLING:
                continue
            taken.add(spelling)
            if spelling in _NAMES:  # no name has a figure in it
                yield Key(spelling, term, "leet", loose=loose)
            elif spelling.isalpha():
                yield Key(spelling, term, technique, loose=loose)


def _is_joinable(key: Key) -> bool:
    short = (key.loose or key.term.spelt) and not key.technique
    return short or len(key.letters) >= _SHORTEST_JOINED


def _index(keys: Iterable[Key]) -> dict[str, Key]:
    index: dict[str, Key] = {}
    for key in keys:
        known = index.get(key.letters)
        if known is None or (not key.technique and known.term.severity < key.term.severity):
            index[key.letters] = key
    return index


def _sounds_alike(key: Key) -> bool:
    """Return whether it is a `ph` for an `f`, so usual that people disguise it further."""
    return key.technique == "respelled" and "ph" in key.letters


def _is_short_form(key: Key) -> bool:
    """Return whether it is a short respelling of a stem itself: `fuuuuq`."""
    if not key.loose or key.technique != "respelled" or len(key.letters) > SHORTEST:
        return False
    return key.term.text == key.term.base and runs(key.letters)[0] == key.letters


def _stretchable(keys: Iterable[Key]) -> list[Key]:
    """Return the keys to look for with letters repeated."""
    return [
        replace(key, lengths=runs(key.letters)[1])
        for key in keys
        if key.technique is None or _sounds_alike(key) or _is_short_form(key)
    ]


def _maskable(keys: Iterable[Key]) -> Iterator[Key]:
    """Yield the keys to look for with letters hidden; a sign for a `ß` hides one, not two."""
    for key in keys:
        if key.technique is None or (_sounds_alike(key) and key.loose):
            yield key
            if "ß" in key.term.text:
                yield replace(key, letters=_letters(key.term.text.replace("ß", "s")))


def _automaton(letters: list[str]) -> AhoCorasick:
    """Return the automaton; of one kind whatever the number of keys, so that none is slower."""
    kind = Implementation.ContiguousNFA
    return AhoCorasick(letters, matchkind=MatchKind.Standard, implementation=kind)


class Finder:
    """Keys found anywhere in a string of letters, overlapping ones too."""

    def __init__(self, keys: Iterable[tuple[str, Key]]) -> None:
        pairs = list(keys)
        self._keys = [key for _, key in pairs]
        letters = [text for text, _ in pairs]
        self._automaton = _automaton(letters) if letters else None

    def find(self, letters: str) -> Iterator[tuple[Key, int, int]]:
        """Yield (key, start, end) for each, places in `letters`; no lone surrogates in `letters`.

        After `_MOST_FOUND` the rest of the text is left: it is judged by these.
        """
        if self._automaton is None:
            return
        found = 0
        for base in range(0, len(letters), _STEP):
            part = letters[base : base + _STEP + _LONGEST_KEY]
            matches = self._automaton.find_matches_as_indexes(part, overlapping=True)
            for number, start, end in matches:
                if start < _STEP:  # else the next part has it too
                    yield self._keys[number], base + start, base + end
            found += len(matches)
            if found > _MOST_FOUND:
                return


class Vocabulary:
    """All keys of a set of terms, by the way they are looked for. Immutable once made."""

    def __init__(
        self, terms: Iterable[Term], innocent: Iterable[str] = (), *, plain_only: bool = False
    ) -> None:
        own = frozenset(_letters(word) for word in innocent)
        self.innocent = own if plain_only else INNOCENT | own
        plain = [key for key in _plain_keys(terms) if key.letters not in self.innocent]
        taken = {key.letters for key in plain} | self.innocent | COMMON
        keys = _index([*plain, *_respelled_keys(plain, taken)])
        self.words = {text: key for text, key in keys.items() if not key.phrase}
        joinable = [key for key in keys.values() if _is_joinable(key)]
        short = (key for key in plain if len(key.letters) == _SHORTEST_JOINED - 1)
        self.short = Finder((key.letters, key) for key in short)
        stretched = _stretchable(keys.values())
        alphabet = sorted({letter for key in stretched for letter in key.letters})
        self._triples = _automaton([letter * _FEWEST_STRETCHED for letter in alphabet])
        self.stretched = Finder((runs(key.letters)[0], key) for key in stretched)
        self.reversed = {
            key.letters[::-1]: key
            for key in plain
            if _is_reversed(key.term) and len(key.letters) >= _SHORTEST_REVERSED
            if key.letters[::-1] not in NAMESAKES
        }
        turned = [
            replace(key, letters=letters, technique="reversed", loose=False)
            for letters, key in self.reversed.items()
            if key.loose and letters not in keys
        ]  # spaced out: `k c u f`
        self.joined = Finder((key.letters, key) for key in [*joinable, *turned])
        self.masked = self._mask_index(_maskable(keys.values()))
        self.allowed = AhoCorasick(sorted(self.innocent)) if self.innocent else None
        self.sheltered = frozenset(self._sheltered())

    def has_triple(self, letters: str) -> bool:
        """Return whether a letter of a key that may be stretched stands there three times."""
        find = self._triples.find_matches_as_indexes
        if find(letters[:_STEP]):  # a text full of them has one here
            return True
        return len(letters) > _STEP and bool(find(letters))

    def _sheltered(self) -> Iterator[str]:
        """Yield the keys that stand in an innocent word; of others no such word is looked for."""
        for word in self.innocent:
            for finder in (self.joined, self.short, self.stretched):
                yield from (key.letters for key, _, _ in finder.find(word))

    @staticmethod
    def _mask_index(keys: Iterable[Key]) -> dict[tuple[int, str], list[Key]]:
        index: dict[tuple[int, str], list[Key]] = {}
        for key in keys:
            if not key.phrase and len(key.letters) <= _LONGEST_MASKED:
                index.setdefault((len(key.letters), key.letters[0]), []).append(key)
        return index
