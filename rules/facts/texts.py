"""Facts about the text itself."""

import re
import unicodedata
from itertools import groupby

from rules.facts.emoji import emoji_in, without_emoji
from rules.facts.fact import Fact, Known, count, share
from rules.facts.quotes import quoted_share
from rules.facts.subject import Subject

_MENTION = re.compile(r"(?<![\w@])@\w")
_BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180e\u2800\u3164\uffa0")
"""Fillers that are shown as nothing, though they count as letters or signs."""
_JOINERS = re.compile(r"(?<=[^\W_a-zA-Z])[\u200c\u200d](?=[^\W_a-zA-Z])")
"""Between letters of Persian or Hindi they shape words."""
_SCRIPTS = (  # Latin, Cyrillic, Greek, Armenian, Cherokee: their letters look alike
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f",
    "\u0400-\u052f",
    "\u0370-\u03ff",
    "\u0531-\u0556\u0561-\u0587",
    "\u13a0-\u13fd",
)
_MIXED = re.compile(
    "|".join(
        f"[{script}][\u0300-\u036f]*[{''.join(other for other in _SCRIPTS if other != script)}]"
        for script in _SCRIPTS
    )
)
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


def _emoji(subject: Subject) -> int:
    return len(emoji_in(subject.visible))


def _mentions(subject: Subject) -> int:
    return len(_MENTION.findall(subject.visible)) if "@" in subject.visible else 0


def _quoted(subject: Subject) -> float:
    markdown = subject.comment.format == "markdown"
    return quoted_share(subject.body, subject.shown, markdown=markdown)


def _mixed(subject: Subject) -> bool:
    """Whether letters of two scripts that look alike stand side by side."""
    return not subject.body.isascii() and _MIXED.search(subject.visible) is not None


def _invisible(subject: Subject) -> int:
    if subject.visible.isascii():
        return 0
    text = _JOINERS.sub("", without_emoji(subject.visible))
    return sum(char in _BLANKS or unicodedata.category(char) == "Cf" for char in text)


def _text(subject: Subject) -> Known:
    return subject.visible


TEXT_FACTS = (
    Fact("text", "text", "the text without tags", _text),
    count("text.length", "length in characters, without tags", lambda s: len(s.visible)),
    count("text.words", "number of words", lambda s: len(s.words)),
    count("text.lines", "number of lines", lambda s: s.visible.strip().count("\n") + 1),
    share("text.capitals", "share of letters that are capitals; 0 below 8 letters", _capitals),
    count("text.repeated", "longest run of one character", _repeated),
    count("text.emoji", "number of emoji; a family or a flag is one", _emoji),
    count("text.mentions", "number of people such as @ann", _mentions),
    share("text.quoted", "share of the text that is quoted: >, blockquote, mail", _quoted),
    Fact(
        "text.language", "text", "ISO 639-1 code, as given or as detected",
        lambda s: s.language, sometimes=True, form="[a-z]{2,3}",
    ),
    Fact("text.mixed_scripts", "truth", "a word mixes Latin with Cyrillic or Greek", _mixed),
    count("text.invisible", "number of characters that nobody sees", _invisible),
)  # fmt: skip
