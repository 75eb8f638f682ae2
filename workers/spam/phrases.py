"""Phrases of advertising by kind, found in one pass however many there are (Aho-Corasick)."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

from ahocorasick_rs import AhoCorasick, Implementation


@dataclass(frozen=True)
class Phrases:
    """`kinds` maps each kind to what a reason calls it; phrase i is of the kind `of[i]`."""

    kinds: dict[str, str]
    of: list[str]
    automaton: AhoCorasick

    def found(self, line: str) -> Iterator[tuple[str, int, int]]:
        """Yield (kind, start, end) of each phrase in a line of words, spaces left out."""
        for number, start, end in self.automaton.find_matches_as_indexes(line, overlapping=True):
            yield self.of[number], start + 1, end - 1


@cache
def packaged_phrases() -> Phrases:
    """Return the phrases that come with the package."""
    text = (resources.files("workers.spam") / "lists" / "phrases.txt").read_text(encoding="utf-8")
    kinds: dict[str, str] = {}
    known: dict[str, str] = {}
    kind = ""
    for line in text.splitlines():
        head, bar, named = line.partition(" | ")
        if line.startswith("#"):
            continue
        if bar:
            kind = head
            kinds[kind] = named
        else:
            phrases = (phrase.strip() for phrase in line.split(","))
            known |= {phrase: kind for phrase in phrases if phrase}
    patterns = [f" {phrase} " for phrase in known]
    automaton = AhoCorasick(patterns, implementation=Implementation.DFA)
    return Phrases(kinds, list(known.values()), automaton)
