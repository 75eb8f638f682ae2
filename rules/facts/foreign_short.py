"""Whether a text of a few words is in a language that a scorer does not read.

Too short for shares of function words to tell, it is told by the known language's own words, too:
a text is foreign that has commonest words of another language, and hardly a word that is known.
Figures: `tests/rules/test_foreign_short.py`.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from unicodedata import combining, normalize

from rules.facts.language import LISTED, languages_of_word
from rules.facts.trigrams import looks_like
from rules.packaged import packaged_dictionary, packaged_table

FEWEST_WORDS, MOST_WORDS = 2, 8
# English speakers write these as often: they speak neither for nor against another language.
SLANG = frozenset({
    "ad", "af", "ah", "al", "aloha", "au", "biz", "ca", "co", "contraire", "da", "dat", "di",
    "dis", "dr", "eh", "el", "em", "es", "eu", "ex", "fu", "ha", "hi", "ho", "hoe", "im", "la",
    "lait", "lo", "ma", "mahalo", "mi", "na", "ne", "nog", "og", "oh", "ole", "op", "pc", "po",
    "sa", "st", "ten", "til", "tv", "u", "uk", "um", "un", "voila", "vs", "wan", "wat", "ya",
    "yo",
})  # fmt: skip
_NOT_IN_DICTIONARY = {
    "aint", "am", "arent", "azz", "bae", "bcuz", "beetch", "biatch", "biotch", "bruh", "c'mon",
    "commie", "commies", "cos", "coz", "cuck", "cuz", "didnt", "dik", "dikk", "doesnt", "dont",
    "dumbass", "fagget", "faggit", "fagit", "fck", "ffs", "finna", "fking", "fuk", "fuq",
    "fvck", "go", "gt", "gtfo", "id", "idk", "ima", "imma", "in", "incel", "incels", "irl",
    "isnt", "ive", "kunt", "kys", "lgbtq", "libtard", "libtards", "lmao", "lmfao", "lmk", "lol",
    "loozer", "luv", "mofo", "mr", "ms", "nah", "ngl", "nig", "niga", "niqqa", "ok", "omfg",
    "omg", "pedo", "pedos", "phuck", "pls", "plz", "roflmao", "rt", "shoutout", "sht", "skum",
    "smh", "soyboy", "stfu", "stoopid", "suk", "tbh", "thats", "thot", "thx", "transgender",
    "trany", "tryna", "twat", "ur", "wasnt", "wtaf", "wtf", "yall", "yay", "yoo", "youre",
    "youtuber",
}  # fmt: skip
_NONE: frozenset[str] = frozenset()
# Each word of these pairs is another language's, too; the pair is English.
_PAIRS = {"am a", "i am", "im a", "in a", "is a", "is an", "to a", "to my", "u a"}
_CONTRACTED = {"s", "t", "m", "re", "ll", "ve", "d"}
_NO_WORDS = re.compile(r"^[@#&]|https?:|www\.|/|&#|\d|_|\w\*+\w")
_BETWEEN = re.compile(r"[^\w']+")

_ENOUGH = 0.8  # a listed word counts 1, another as much as it looks like the language's
_BESIDE = 0.4  # what a word counts that is English, too
_ODD = 0.5  # what a word counts that has a letter English has not, whatever it looks like
_FOR_EACH_KNOWN = 0.6  # so much more is asked for with each word that is known
_KNOWN_AT_MOST = 1 / 3
_LONG, _MORE_WHEN_LONG = 4, 0.6
_LEAD = 0.3  # over a known language: words of neighbours look alike

_ASCII = str.maketrans(
    {"ß": "ss", "ł": "l", "\N{LATIN SMALL LETTER DOTLESS I}": "i", "ø": "o", "æ": "ae"}
)
_SHORTEST_WITHOUT_ACCENTS = 4


def foreign_short(text: str, known: Collection[str]) -> str | None:
    """Return the language (ISO 639-1) of a text of a few words if it is none of `known`.

    Where it may be several, the one of them that is listed first: what Danes and Swedes say alike
    is called Swedish.
    """
    words = list(words_of(text))
    if not FEWEST_WORDS <= len(words) <= MOST_WORDS or _mostly_known(words, known):
        return None
    if any(f"{one} {other}" in _PAIRS for one, other in pairwise(words)) and "en" in known:
        return None
    telling = {word for word in words if len(word) > 1 and not _is_known(word, known)} - SLANG
    weights = _weights(telling, {*words} - telling)
    best = max(LISTED, key=lambda of: weights.get(of, 0.0))
    rivals = [weights.get(of, 0.0) for of in known]
    others = sum(_is_known(word, known) and best not in _languages(word) for word in words)
    asked = _ENOUGH + _FOR_EACH_KNOWN * others + _MORE_WHEN_LONG * (len(words) > _LONG)
    if others > _KNOWN_AT_MOST * len(words) or best in known:
        return None
    return (
        best if weights.get(best, 0.0) >= max(asked, *(each + _LEAD for each in rivals)) else None
    )


def _mostly_known(words: Sequence[str], known: Collection[str]) -> bool:
    """Whether more words than may be are known and of no other language: soon told of English."""
    left = _KNOWN_AT_MOST * len(words)
    for word in words:
        left -= not _languages(word) and _is_known(word, known)
        if left < 0:
            return True
    return False


def _weights(telling: Collection[str], others: Collection[str]) -> dict[str, float]:
    """Count for each language its words, and the words of no list that look like its words."""
    weights: dict[str, float] = defaultdict(float)
    for word in telling:
        for of, weight in _weights_of(word).items():
            weights[of] += weight
    for word in others if weights else ():
        for of in _languages(word):
            weights[of] += _BESIDE
    return weights


def words_of(text: str) -> Iterator[str]:
    """Give the words in lower case, without addresses, accounts, numbers and m*sked words."""
    for piece in text.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").split():
        if not _NO_WORDS.search(piece):
            for word in _BETWEEN.split(piece):
                if word := word.strip("'"):
                    yield word


def _weights_of(word: str) -> Mapping[str, float]:
    if listed := _languages(word):
        return dict.fromkeys(listed, 1.0)
    odd = 0.0 if word.isascii() else _ODD
    return {of: weight + odd for of, weight in looks_like(word).items()}


def _languages(word: str) -> frozenset[str]:
    """Return the languages, but English and Latin, that have a word among their commonest."""
    listed = _listed()
    if "'" not in word:
        return listed.get(word, _NONE)
    before, _, _after = word.partition("'")
    return listed.get(f"{before}'", _NONE) | listed.get(word, _NONE)


def _is_known(word: str, known: Collection[str]) -> bool:
    if "en" in known and (word in _english() or word.partition("'")[2] in _CONTRACTED):
        return True
    return any(of in known for of in (*languages_of_word(word), *_languages(word)))


@cache
def _listed() -> Mapping[str, frozenset[str]]:
    """About 5,000 words, with and without their accents; read when first asked for."""
    listed: dict[str, set[str]] = defaultdict(set)
    for table in ("_function_words.txt", "_everyday_words.txt"):
        for of, words in packaged_table(table).items():
            for word in words if of not in {"en", "la"} else ():
                listed[word].add(of)
                if len(plain := _without_accents(word)) >= _SHORTEST_WITHOUT_ACCENTS:
                    listed[plain].add(of)
    return {word: frozenset(languages) for word, languages in listed.items()}


def _without_accents(word: str) -> str:
    letters = normalize("NFD", word.translate(_ASCII))
    return "".join(letter for letter in letters if not combining(letter))


@cache
def _english() -> frozenset[str]:
    """About 75,000 words, 6 MB; read when first asked for."""
    return frozenset(_NOT_IN_DICTIONARY).union(packaged_dictionary("english.words.gz").split())
