"""Russian and Ukrainian words as they are typed on a Latin keyboard: `blyat`, `pizdec`, `khuy`."""

from collections.abc import Iterator

from rules.matching.terms import Term

SHORTEST = 5
"""Shorter ones are words of too many other languages (`suka`, `huy`)."""
_LANGUAGES = frozenset({"ru", "uk"})
_USUAL = {
    "а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "е": "e", "ё": "e", "є": "e",
    "ж": "zh", "з": "z", "и": "i", "і": "i", "ї": "i", "й": "y", "к": "k", "л": "l", "м": "m",
    "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "h",
    "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu",
    "я": "ya",
}  # fmt: skip
_HABITS = (
    _USUAL,
    {**_USUAL, "х": "kh", "й": "i", "ы": "i", "щ": "shch", "ю": "iu", "я": "ia", "ц": "c"},
    {**_USUAL, "х": "x", "й": "j", "ж": "j", "ю": "ju", "я": "ja", "ц": "c", "ё": "yo"},
    {**_USUAL, "я": "a", "ц": "c", "й": "i", "и": "y", "г": "h"},
)
"""What one person writes for each letter, all through a word."""


def latin_spellings(term: Term) -> Iterator[str]:
    """Yield how a term of those languages is written in Latin letters, if it is one long word."""
    word = term.text.lower()
    if term.language not in _LANGUAGES or not term.sure or "strong" not in term.tags:
        return
    if not word.isalpha():
        return
    for habit in _HABITS:
        spelling = "".join(habit.get(letter, "") for letter in word)
        if len(spelling) >= SHORTEST:
            yield spelling
