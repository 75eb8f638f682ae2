"""Listed words: what a list file says of each.

A list file is text. `# key: value` lines name its language, source and licence. A line
`[severity tags flags…]` opens a section; the lines below hold entries divided by commas, each with
the inflected forms it also has (`bitch +es +ing`). Severity is 1 (mild), 2 (strong) or 3 (slur).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib import resources
from typing import Any

FLAGS = frozenset({"stem", "edge", "ambiguous", "own", "sure", "sounds", "marks", "spelt"})


@dataclass(frozen=True, slots=True)
class Term:
    """A listed word or phrase and what is known of it.

    `severity` 1..3; `ambiguous` words have an innocent meaning too; `stem` ones are also found
    inside longer words, `edge` ones of these only where those begin or end; `own` ones only in
    texts of their `language`; `marks` ones only with their accents; `sure` ones also in two pieces
    and, if long, respelt or reversed, as `sounds` ones are; `spelt` ones in small letters are no
    initials (`k.y.s`). `listed` names a policy's own list; `wild` is the side ("left", "right",
    "both") on which letters may go on.
    """

    text: str
    severity: int = 2
    tags: frozenset[str] = frozenset()
    language: str = ""
    stem: bool = False
    edge: bool = False
    ambiguous: bool = False
    own: bool = False
    sure: bool = False
    sounds: bool = False
    marks: bool = False
    spelt: bool = False
    listed: str = ""
    base: str = ""
    wild: str = ""


@dataclass(frozen=True, slots=True)
class ListFile:
    """A packaged word list with where it comes from."""

    name: str
    language: str
    source: str
    licence: str
    terms: tuple[Term, ...]


def _section(line: str, language: str) -> Term:
    severity, tags, *flags = line.strip("[]").split()
    unknown = set(flags) - FLAGS
    if unknown:
        raise ValueError(f"unknown flags {sorted(unknown)} in {line}")
    named: dict[str, Any] = dict.fromkeys(flags, True)
    return Term("", int(severity), frozenset(tags.split(",")), language, **named)


def _entries(line: str, kind: Term) -> Iterator[Term]:
    for entry in line.split(","):
        base, *endings = [part.strip() for part in entry.split("+")]
        if base:
            yield replace(kind, text=base, base=base)
            yield from (replace(kind, text=base + ending, base=base) for ending in endings)


def parse_list(name: str, source: str) -> ListFile:
    """Read a list file; ValueError for an unknown flag or a section head that cannot be read."""
    about: dict[str, str] = {}
    terms: dict[str, Term] = {}
    kind: Term | None = None
    for line in source.splitlines():
        if line.startswith("#"):
            key, _, value = line[1:].partition(":")
            about.setdefault(key.strip(), value.strip())
        elif line.startswith("["):
            kind = _section(line.strip(), about.get("language", ""))
        elif line.strip() and kind is not None:
            terms.update((term.text, term) for term in _entries(line, kind))
    language, origin, licence = (about.get(key, "") for key in ("language", "source", "licence"))
    return ListFile(name, language, origin, licence, tuple(terms.values()))


def packaged_lists() -> Iterator[ListFile]:
    """Every profanity list that comes with Tactful; English first, whose words are best known."""
    folder = resources.files("rules") / "lists"
    for entry in sorted(folder.iterdir(), key=lambda entry: (entry.name != "en.txt", entry.name)):
        if entry.name.endswith(".txt") and not entry.name.startswith("_"):
            yield parse_list(entry.name.removesuffix(".txt"), entry.read_text(encoding="utf-8"))
