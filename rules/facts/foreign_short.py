"""Whether a text of a few words is in a language that a scorer does not read.

Too short for shares of function words to tell, it is told by the known language's own words, too:
a text is foreign that has commonest words of another language, and hardly a word that is known.
Figures: `tests/rules/test_foreign_short.py`.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from functools import cache

from rules.facts.language import LISTED, TELLTALE, languages_of_word
from rules.packaged import packaged_dictionary

FEWEST_WORDS, MOST_WORDS = 2, 8
# English speakers write these as often: they speak neither for nor against another language.
SLANG = frozenset({
    "af", "ah", "al", "au", "biz", "ca", "co", "da", "dat", "di", "dis", "eh", "el", "em", "es",
    "fu", "ha", "hi", "ho", "hoe", "im", "la", "lo", "ma", "mi", "na", "ne", "nog", "og", "oh",
    "ole", "op", "po", "sa", "ten", "til", "u", "um", "un", "wan", "wat", "ya", "yo",
})  # fmt: skip
_INFORMAL = {
    "aint", "am", "cant", "dont", "gonna", "gotta", "gt", "hes", "in", "ive", "lmao", "lol", "nig",
    "ok", "okay", "plz", "rt", "shes", "smh", "thats", "tho", "thx", "twat", "ur", "wanna", "wont",
    "wtf", "yall", "youre", "c'mon", "omg",
}  # fmt: skip
_CONTRACTED = {"s", "t", "m", "re", "ll", "ve", "d"}
_NO_WORDS = re.compile(r"^[@#&]|https?:|www\.|/|&#|\d|_|\w\*+\w")
_BETWEEN = re.compile(r"[^\w']+")

_ENOUGH = 0.8  # a listed word, or a letter that hardly another language has
_BESIDE = 0.4  # what a word counts that is English, too
_ODD = 0.5  # what a word counts that has a letter English has not
_FOR_EACH_KNOWN = 0.6  # so much more is asked for with each word that is known
_KNOWN_AT_MOST = 1 / 3
_LONG, _MORE_WHEN_LONG = 4, 0.6


def foreign_short(text: str, known: Collection[str]) -> str | None:
    """Return the language (ISO 639-1) of a text of a few words if it is none of `known`.

    Where it may be several, the one of them that is listed first, or None if one is known: what
    Danes and Swedes say alike is called Swedish.
    """
    words = list(_words(text))
    if not FEWEST_WORDS <= len(words) <= MOST_WORDS:
        return None
    telling = {word for word in words if len(word) > 1 and not _is_known(word, known)} - SLANG
    support = _support(telling)
    beside = Counter(of for word in {*words} - telling for of in _languages(word))
    weights = {of: support[of] + _BESIDE * beside[of] for of in LISTED if of in support}
    if not weights or (likely := _heaviest(weights)) & set(known):
        return None
    best = next(of for of in weights if of in likely)
    odd = sum(not word.isascii() and not _languages(word) for word in telling)
    others = sum(_is_known(word, known) and best not in _languages(word) for word in words)
    asked = _ENOUGH + _FOR_EACH_KNOWN * others + _MORE_WHEN_LONG * (len(words) > _LONG)
    enough = weights[best] + _ODD * odd >= asked
    return best if enough and others <= _KNOWN_AT_MOST * len(words) else None


def _heaviest(weights: Mapping[str, float]) -> set[str]:
    return {of for of, weight in weights.items() if weight == max(weights.values())}


def _words(text: str) -> Iterator[str]:
    """Give the words in lower case, without addresses, accounts, numbers and m*sked words."""
    for piece in text.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").split():
        if not _NO_WORDS.search(piece):
            for word in _BETWEEN.split(piece):
                if word := word.strip("'"):
                    yield word


def _support(telling: Collection[str]) -> dict[str, float]:
    """Count for each language its words, and the words that are written with its letters."""
    support: dict[str, float] = defaultdict(float)
    for word in telling:
        for of in (listed := _languages(word)):
            support[of] += 1
        for of in set() if listed else {TELLTALE[one] for one in word if one in TELLTALE}:
            support[of] += _ENOUGH
    return support


def _languages(word: str) -> set[str]:
    """Return the languages, but English and Latin, that have a word among their commonest."""
    before, elided, _ = word.partition("'")
    found = {*languages_of_word(word), *(languages_of_word(before + elided) if elided else ())}
    return found - {"en", "la"}


def _is_known(word: str, known: Collection[str]) -> bool:
    if "en" in known and (word in _english() or word.partition("'")[2] in _CONTRACTED):
        return True
    return not set(known).isdisjoint(languages_of_word(word))


@cache
def _english() -> frozenset[str]:
    """About 75,000 words, 6 MB; read when first asked for."""
    return frozenset(_INFORMAL).union(packaged_dictionary("english.words.gz").split())
