"""Sentences from templates: the small language of `texts/*.txt`.

A file holds categories, `[name] label=probability ...` and below it one template a line. `#` begins
a comment. A label that a category does not name is 0; `label=?` is unknown. Slots are filled
from word lists of the same form; `{an_insult}` takes a word of `[insult]` with its article.
"""

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from training.lite.example import LABELS

_SLOT = re.compile(r"\{(\w+)\}")
_HEADER = re.compile(r"\[([\w-]+)\]\s*(.*)")


@dataclass(frozen=True)
class Category:
    """Templates that mean alike, and the labels of every sentence made from them."""

    name: str
    targets: Mapping[str, float]
    templates: tuple[str, ...]


@dataclass(frozen=True)
class Identity:
    """The words for a group of people."""

    group: str
    person: str


Words = Mapping[str, Sequence[str]]


def read_categories(path: Path) -> list[Category]:
    """Return a file's categories in order."""
    return [
        Category(name, _targets(settings), tuple(lines)) for name, settings, lines in _blocks(path)
    ]


def read_words(path: Path) -> dict[str, list[str]]:
    """Return {slot: words} of a file of lists, whose lines hold words between `|`."""
    return {
        name: [word.strip() for line in lines for word in line.split("|")]
        for name, _, lines in _blocks(path)
    }


def read_identities(path: Path) -> list[Identity]:
    """Return the identities of a file of `plural | singular` lines."""
    pairs = (line.split("|") for line in _lines(path))
    return [Identity(group.strip(), person.strip()) for group, person in pairs]


def _lines(path: Path) -> list[str]:
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _blocks(path: Path) -> list[tuple[str, str, list[str]]]:
    blocks: list[tuple[str, str, list[str]]] = []
    for line in _lines(path):
        header = _HEADER.fullmatch(line)
        if header:
            blocks.append((header[1], header[2], []))
        else:
            blocks[-1][2].append(line)
    return blocks


def _targets(settings: str) -> dict[str, float]:
    given = dict(pair.split("=") for pair in settings.split())
    return {label: float(given.get(label, 0)) for label in LABELS if given.get(label) != "?"}


class Filler:
    """Fills the slots of templates from word lists, one identity a sentence."""

    def __init__(self, words: Words, identities: Sequence[Identity], rng: random.Random) -> None:
        self._words = words
        self._identities = identities
        self._rng = rng
        self._quotable: list[str] = []

    def quote(self, templates: Sequence[str]) -> None:
        """Let `{hate}` stand for a sentence of these templates."""
        self._quotable = [t for t in templates if "{hate" not in t]

    def fill(self, template: str, identity: Identity | None = None) -> str:
        """Return a sentence; its identity is drawn where none is given."""
        chosen = identity or self._rng.choice(self._identities)
        return _SLOT.sub(lambda slot: self._word(slot[1], chosen), template)

    def _word(self, slot: str, identity: Identity) -> str:
        if slot == "hate":
            return self.fill(self._rng.choice(self._quotable), identity)
        if slot == "hate_that":
            clauses = [t for t in self._quotable if t.startswith("{group} ") and "?" not in t]
            return self.fill(self._rng.choice(clauses), identity)
        people = {
            "group": identity.group,
            "person": identity.person,
            "a_person": with_article(identity.person),
            "group2": self._rng.choice(self._identities).group,
        }
        return people.get(slot) or self._listed(slot)

    def _listed(self, slot: str) -> str:
        if slot.startswith("an_"):
            return with_article(self._rng.choice(self._words[slot.removeprefix("an_")]))
        return self._rng.choice(self._words[slot])


def with_article(noun: str) -> str:
    """Return the noun with "a" or "an".

    >>> with_article("idiot"), with_article("Ukrainian"), with_article("European")
    ('an idiot', 'a Ukrainian', 'a European')
    """
    vowel = noun[0].lower() in "aeiou" and not noun.lower().startswith(("uk", "eu", "us", "uni"))
    return f"{'an' if vowel else 'a'} {noun}"
