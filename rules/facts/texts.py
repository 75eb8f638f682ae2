"""Facts about the text itself."""

import unicodedata
from itertools import groupby

from rules.facts.fact import Fact, Known, count, share
from rules.facts.subject import Subject

_QUOTE_MARKS = ("&gt;", ">")
_SCRIPTS = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE")
_FEWEST_LETTERS = 8


def _capitals(subject: Subject) -> float:
    letters = upper = 0
    for char in subject.visible:
        if char.isalpha():
            letters += 1
            upper += char.isupper()
    return upper / letters if letters >= _FEWEST_LETTERS else 0.0


def _repeated(subject: Subject) -> int:
    return max((sum(1 for _ in run) for _, run in groupby(subject.visible)), default=0)


def _is_emoji(char: str) -> bool:
    return "\u2600" <= char <= "\u27bf" or "\U0001f300" <= char <= "\U0001faff"


def _emoji(subject: Subject) -> int:
    return 0 if subject.body.isascii() else sum(map(_is_emoji, subject.visible))


def _mentions(subject: Subject) -> int:
    return sum(word[0] == "@" and word[1:2].isalnum() for word in subject.words)


def _quoted(subject: Subject) -> float:
    lines = [line.strip() for line in subject.body.splitlines()]
    quoted = sum(len(line) for line in lines if line.startswith(_QUOTE_MARKS))
    return quoted / max(1, sum(map(len, lines)))


def _script(char: str) -> str | None:
    name = unicodedata.name(char, "") if char.isalpha() else ""
    return next((script for script in _SCRIPTS if name.startswith(script)), None)


def _mixed(subject: Subject) -> bool:
    """Whether some word has letters of two scripts that look alike."""
    if subject.body.isascii():
        return False
    return any(
        len({_script(char) for char in word} - {None}) > 1
        for word in subject.words
        if not word.isascii()
    )


def _invisible(subject: Subject) -> int:
    if subject.body.isascii():
        return 0
    return sum(unicodedata.category(char) == "Cf" for char in subject.body)


def _text(subject: Subject) -> Known:
    return subject.visible


TEXT_FACTS = (
    Fact("text", "text", "the text without tags", _text),
    count("text.length", "length in characters, without tags", lambda s: len(s.visible)),
    count("text.words", "number of words", lambda s: len(s.words)),
    count("text.lines", "number of lines", lambda s: s.visible.count("\n") + 1),
    share("text.capitals", "share of letters that are capitals; 0 below 8 letters", _capitals),
    count("text.repeated", "longest run of one character", _repeated),
    count("text.emoji", "number of emoji", _emoji),
    count("text.mentions", "number of words such as @ann", _mentions),
    share("text.quoted", "share of the text in lines that begin with >", _quoted),
    Fact(
        "text.language", "text", "ISO 639-1 code, as given or as detected",
        lambda s: s.language, sometimes=True,
    ),
    Fact("text.mixed_scripts", "truth", "a word mixes Latin with Cyrillic or Greek", _mixed),
    count("text.invisible", "number of characters that nobody sees", _invisible),
)  # fmt: skip
