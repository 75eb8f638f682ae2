"""Which language a text is in: an offline guess by its commonest words and its script.

Counts function words (Ingle 1976; Grefenstette 1995 measured this against trigrams: equal from
about ten words up). Short or mixed texts give None rather than a guess.
"""

import re

from rules.packaged import packaged_table

LOOKED_AT = 400
_LOOKED_AT_LETTERS = 2000
_LEAD = 1.5


_TABLE = packaged_table("_function_words.txt")
LISTED = tuple(_TABLE)
"""The languages (ISO 639-1), as they follow one another in the list."""


def _load() -> dict[str, tuple[str, ...]]:
    words: dict[str, tuple[str, ...]] = {}
    for language, listed in _TABLE.items():
        for word in listed:
            words[word] = (*words.get(word, ()), language)
    return words


_WORDS = _load()
TELLTALE = {
    "ß": "de", "ñ": "es", "¿": "es", "ã": "pt", "õ": "pt", "ğ": "tr", "ı": "tr", "ş": "tr",
    "ł": "pl",     "ę": "pl", "ą": "pl", "ś": "pl", "ż": "pl", "œ": "fr", "ê": "fr", "ы": "ru",
    "э": "ru", "ё": "ru",
    "ї": "uk", "є": "uk", "ґ": "uk", "і": "uk", "ø": "da", "æ": "da", "å": "sv",
}  # fmt: skip


def languages_of_word(word: str) -> tuple[str, ...]:
    """Return the languages (ISO 639-1) that have a word, in lower case, among their commonest."""
    return _WORDS.get(word, ())


def votes(text: str) -> dict[str, float]:
    """How much speaks for each language: a share of a vote for each function word and letter."""
    scores: dict[str, float] = {}
    for word in text.lower().split()[:LOOKED_AT]:
        languages = _WORDS.get(word.strip(".,;:!?\"'()«»„“”…¡¿"), ())
        for language in languages:
            scores[language] = scores.get(language, 0.0) + 1 / len(languages)
    if "'" in text or "\u2019" in text:
        short = len(_ENGLISH_ENDS.findall(text[: LOOKED_AT * 5]))
        scores["en"] = scores.get("en", 0.0) + short
    if not text.isascii():
        for letter in set(text.lower()) & TELLTALE.keys():
            language = TELLTALE[letter]
            scores[language] = scores.get(language, 0.0) + 0.8
    return scores


_SCRIPTS = {
    "ja": "\u3041-\u30ff",
    "ko": "\uac00-\ud7a3",
    "zh": "\u4e00-\u9fff",
    "th": "\u0e01-\u0e5b",
    "el": "\u0386-\u03ff",
    "he": "\u05d0-\u05ea",
    "hy": "\u0531-\u0587",
    "ka": "\u10d0-\u10ff",
    "hi": "\u0904-\u0939",
    "bn": "\u0985-\u09b9",
    "ta": "\u0b85-\u0bb9",
    "te": "\u0c05-\u0c39",
}
"""Letters of one language, or nearly: Japanese has those of Chinese, too."""
_OF_SCRIPT = {language: re.compile(f"[{letters}]") for language, letters in _SCRIPTS.items()}
_ARABIC = re.compile("[\u0620-\u06d3]")
_PERSIAN = re.compile("[\u067e\u0686\u0698\u06af]")
_URDU = re.compile("[\u0679\u0688\u0691\u06ba\u06d2]")
_ENGLISH_ENDS = re.compile(r"(?i)\b(?:[a-z]+n[\u2019']t|i[\u2019']m|[a-z]+[\u2019'](?:re|ve|ll))\b")
_FEWEST = 2


def by_script(text: str) -> str | None:
    """Return the language that most letters are of, where one script is (nearly) one language."""
    part = text[:_LOOKED_AT_LETTERS]
    letters = sum(map(str.isalpha, part))
    if part.isascii() or letters < _FEWEST:
        return None
    counts = {language: len(found.findall(part)) for language, found in _OF_SCRIPT.items()}
    counts["ja"] += counts["zh"] if counts["ja"] else 0
    counts["ar"] = len(_ARABIC.findall(part))
    best = max(counts, key=lambda language: counts[language])
    if counts[best] * 2 <= letters:
        return None
    if best != "ar":
        return best
    return "ur" if _URDU.search(part) else "fa" if _PERSIAN.search(part) else "ar"


def detect(text: str) -> str | None:
    """ISO 639-1 code of the language of `text`, or None when it cannot be told."""
    scores = votes(text)
    if not scores:
        return None
    ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    best, score = ranked[0]
    second = ranked[1][1] if len(ranked) > 1 else 0.0
    return best if score >= 1 and score >= second * _LEAD else None
