"""Which language a text is in: an offline guess by its commonest words and its script.

Counts function words (Ingle 1976; Grefenstette 1995 measured this against trigrams: equal from
about ten words up). Short or mixed texts give None rather than a guess.
"""

from rules.packaged import packaged_table

LOOKED_AT = 400
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
    if not text.isascii():
        for letter in set(text.lower()) & TELLTALE.keys():
            language = TELLTALE[letter]
            scores[language] = scores.get(language, 0.0) + 0.8
    return scores


def detect(text: str) -> str | None:
    """ISO 639-1 code of the language of `text`, or None when it cannot be told."""
    scores = votes(text)
    if not scores:
        return None
    ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    best, score = ranked[0]
    second = ranked[1][1] if len(ranked) > 1 else 0.0
    return best if score >= 1 and score >= second * _LEAD else None
