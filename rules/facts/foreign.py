"""Whether a text is in a language that a scorer does not read.

The question is asked before scores are left out, so the answer errs towards "it reads it": a
wrong "foreign" would let abuse pass unscored. A few foreign words in an English sentence, or
short exclamations, are not enough.
"""

import unicodedata
from collections.abc import Collection

from rules.comment import primary_language
from rules.facts.foreign_short import SLANG, foreign_short
from rules.facts.language import LOOKED_AT, detect, votes

_ENOUGH_VOTES = 2.5
_ENOUGH_WORDS = 3
_ENOUGH_SHARE = 0.2
_OTHERS_AT_MOST = 1 / 3
_ENOUGH_LETTERS = {"CYRILLIC": 6, "GREEK": 6}  # of which some look like Latin ones
_ENOUGH_OTHERS = 2  # different ones: `¯\\_(ツ)_/¯` is no Japanese
_LETTERS_LOOKED_AT = 2000
_MOST = 0.9
_SCRIPTS = {
    "ARABIC": "ar", "HEBREW": "he", "GREEK": "el", "DEVANAGARI": "hi", "THAI": "th", "HANGUL": "ko",
    "HIRAGANA": "ja", "KATAKANA": "ja", "CJK": "zh", "CYRILLIC": "ru", "BENGALI": "bn",
    "TAMIL": "ta", "GEORGIAN": "ka", "ARMENIAN": "hy",
}  # fmt: skip


def foreign_language(text: str, declared: str | None, known: Collection[str]) -> str | None:
    """Return the ISO 639-1 code of the language of `text` if it is surely none of `known`.

    `declared` is what the caller said (BCP 47); what the text says goes before it, because
    platforms often send the language of the site. None: it is known, or cannot be told.
    """
    found = _by_script(text) or _by_words(text) or foreign_short(text, known)
    if found is None and declared and detect(text) not in known:
        found = primary_language(declared)
    return None if found in known else found


def _by_words(text: str) -> str | None:
    """Return the language whose function words make up a good part of the text, alone."""
    words = [word for word in text.lower().split() if word not in SLANG]
    found = votes(" ".join(words))
    if not found:
        return None
    best = max(found, key=lambda language: (found[language], language))
    score, english = found.pop(best), found.get("en", 0.0)
    return (
        best
        if score >= max(_ENOUGH_VOTES, _ENOUGH_SHARE * min(len(words), LOOKED_AT))
        and english <= score * _OTHERS_AT_MOST
        and sum(best in votes(word) for word in set(words) if len(word) > 1) >= _ENOUGH_WORDS
        else None
    )


def _by_script(text: str) -> str | None:
    """Return a language that is written in the script of nearly all letters, if it is not Latin."""
    if text.isascii():
        return None
    letters = [letter for letter in text[:_LETTERS_LOOKED_AT] if letter.isalpha()]
    if len(set(letters)) < _ENOUGH_OTHERS:
        return None
    scripts = [unicodedata.name(letter, "?").partition(" ")[0] for letter in letters]
    for script, language in _SCRIPTS.items():
        share = scripts.count(script)
        if language == "ja":
            share = sum(scripts.count(one) for one in ("HIRAGANA", "KATAKANA", "CJK"))
            share = share if {"HIRAGANA", "KATAKANA"} & set(scripts) else 0
        if share >= max(_MOST * len(letters), _ENOUGH_LETTERS.get(script, 0)):
            return (detect(text) or language) if script == "CYRILLIC" else language
    return None
