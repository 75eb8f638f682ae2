"""Whether a word with two meanings is meant innocently, by what stands around it."""

import re
from typing import Literal

from rules.matching.serials import is_short_name
from rules.matching.vocabulary import Key
from rules.packaged import packaged_table, packaged_words

Meaning = Literal["bad", "doubtful", "innocent"]
_REACH = 90
_NEAR = 5
_SHORT_NAME = 4
_LONG_NAME = 6
NO_NAMES = frozenset({"fuck"})  # of these, too many respellings come with a capital
_DISGUISES = frozenset(
    {"leet", "masked", "spaced", "split", "stretched", "look-alike", "markup", "invisible", "coded"}
)
_AIMED = packaged_words("_aimed.txt")
_AIMED_BEFORE_ARTICLE = packaged_words("_aimed_before_article.txt")
_TITLES = frozenset({"mr.", "mrs.", "ms.", "dr.", "prof.", "st.", "rev.", "sir."})
_ARTICLES = frozenset({"a", "an", "the", "my", "his", "her", "their", "some"})
_BEFORE_PRODUCTS = packaged_words("_before_products.txt")
_LINE_END = re.compile(r"-\r?\n([a-z]+)")
_FUNCTION_WORDS = packaged_table("_function_words.txt")["en"]
_SIGNS_OF_PRODUCTS = frozenset("*×^+")
_LONGEST_PRODUCT = 3
NEIGHBOURS = packaged_table("_neighbours.txt")
ELSEWHERE = packaged_table("_elsewhere.txt")


def _bare(word: str) -> str:
    return word.strip(".,;:!?\"'()[]“”‘’*_").lower()


def _parts(words: list[str]) -> set[str]:
    return {part for word in words for part in _bare(word).split("-")}


def _is_name(written: str, before: list[str], after: list[str]) -> bool:
    """Return a capital within a sentence, or before another capitalised word."""
    if not written[:1].isupper() or (len(written) > 1 and not written[1:].islower()):
        return False
    starts_sentence = not before or (
        before[-1][-1:] in ".!?:" and before[-1].lower() not in _TITLES
    )
    return not starts_sentence or bool(after and after[0][:1].isupper())


def _is_aimed(before: list[str]) -> bool:
    """Whether the word is said of somebody: `you …`, `such a …`, `fucking …`."""
    if not before:
        return False
    last = _bare(before[-1])
    if last in _ARTICLES and len(before) > 1:
        return _bare(before[-2]) in _AIMED_BEFORE_ARTICLE
    return last in _AIMED


def _may_be_a_name(text: str, start: int, end: int, key: Key) -> bool:
    """Return whether a short respelling is written as a name is: `Mr Fuk`."""
    longest = _SHORT_NAME if key.term.base in NO_NAMES else _LONG_NAME
    return len(key.letters) <= longest and is_a_name(text, start, end)


def is_a_name(text: str, start: int, end: int) -> bool:
    """Return whether a word is written as a name is: with a capital, within a sentence."""
    before = text[max(0, start - _REACH) : start].split()[-_NEAR:]
    after = text[end : end + _REACH].split()[:_NEAR]
    return _is_name(text[start:end], before, after)


def _is_foreign_name(text: str, start: int, end: int, key: Key, technique: str) -> bool:
    """`Đồng`: a name with accents, not a disguise of a word that is innocent otherwise."""
    return technique == "look-alike" and key.term.ambiguous and is_a_name(text, start, end)


def _is_accented(text: str, start: int, end: int) -> bool:
    """`sød` in a text that has accents elsewhere too: it is in a language that has them."""
    return any(map(_has_accent, text[max(0, start - _REACH) : start] + text[end : end + _REACH]))


def _has_accent(char: str) -> bool:
    return char.isalpha() and "\x7f" < char < "\u0370"


def _is_disguise(text: str, start: int, end: int, key: Key, technique: str) -> bool:
    if technique not in _DISGUISES or _is_foreign_name(text, start, end, key, technique):
        return False
    odd = [char for char in text[start:end] if not char.isascii()]
    accents = technique == "look-alike" and key.term.ambiguous and all(map(_has_accent, odd))
    return not (accents and _is_accented(text, start, end))


def _is_picture(text: str, start: int, end: int, technique: str) -> bool:
    """`❌⭕❌`: signs and pictures of which none is a letter."""
    return technique == "masked" and not any(map(str.isalpha, text[start:end]))


def _is_product(text: str, start: int, end: int, key: Key, technique: str) -> bool:
    """`depends on c*k`: two variables after a word that formulas follow; a stem is too telling."""
    if technique != "masked" or end - start != _LONGEST_PRODUCT or key.term.stem:
        return False
    before = text[max(0, start - _REACH) : start].split()[-1:]
    told = bool(before) and _bare(before[0]) in _BEFORE_PRODUCTS
    return told and text[start + 1] in _SIGNS_OF_PRODUCTS


def _is_broken_off(text: str, start: int, end: int, key: Key) -> bool:
    """`cock-`, `pit`: the first half of a word that a line's end breaks.

    It is as innocent as the whole, in which only stems are looked for; a policy's own words are
    wanted wherever they stand.
    """
    if text[end : end + 1] != "-" or key.term.stem or key.term.listed:
        return False
    rest = _LINE_END.match(text, end)
    if rest is None or rest[1] in _FUNCTION_WORDS:
        return False
    return not _is_aimed(text[max(0, start - _REACH) : start].split()[-_NEAR:])


def meaning(text: str, start: int, end: int, key: Key, technique: str) -> Meaning:
    """Return what a word at `text[start:end]` means.

    Someone who disguises a word means the bad meaning; so does someone who aims it (`you dick`).
    Names and known company (`cock` near `hen`) make any word innocent; else a word with two
    meanings is doubtful, and innocent if it is a mild one.
    """
    if is_short_name(text, start, end) or _is_picture(text, start, end, technique):
        return "innocent"
    if _is_product(text, start, end, key, technique):
        return "innocent"
    if _is_disguise(text, start, end, key, technique):
        return "bad"
    if _is_broken_off(text, start, end, key):
        return "innocent"
    return _meaning_by_company(text, start, end, key)


def _meaning_by_company(text: str, start: int, end: int, key: Key) -> Meaning:
    """Return what a word in plain sight means, by what stands around it."""
    term = key.term
    near = NEIGHBOURS.get(key.letters if key.technique else term.text.lower())
    if not key.technique and not term.ambiguous and near is None:
        return "bad"
    before = text[max(0, start - _REACH) : start].split()[-_NEAR:]
    after = text[end : end + _REACH].split()[:_NEAR]
    if near and not near.isdisjoint(_parts(before + after)):
        return "innocent"
    if key.technique:
        return "innocent" if _may_be_a_name(text, start, end, key) else "bad"
    aimed = _is_aimed(before) and ("clinical" not in term.tags or _bare(before[-1]) in _AIMED)
    if not term.ambiguous or aimed:
        return "bad"
    innocent = term.severity == 1 or _is_name(text[start:end], before, after)
    return "innocent" if innocent else "doubtful"
