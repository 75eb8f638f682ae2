"""Phrases of a policy in which no listed word is a hit: `casino royale`."""

from collections.abc import Iterable

from rules.matching.fold import normalise
from rules.matching.hits import Hit
from rules.matching.matcher import find
from rules.matching.terms import Term
from rules.matching.vocabulary import Vocabulary


class Exceptions:
    """What a policy lets pass; of single words the index of the list itself knows."""

    def __init__(self, given: Iterable[str]) -> None:
        phrases = [phrase for phrase in given if not normalise(phrase).strip().isalpha()]
        self._index = Vocabulary(map(Term, phrases), plain_only=True) if phrases else None

    def without(self, hits: list[Hit], text: str) -> list[Hit]:
        """Return the hits that do not lie within one of the phrases."""
        if not hits or self._index is None:
            return hits
        passed = [(hit.start, hit.end) for hit in find(text, self._index)]
        return [
            hit
            for hit in hits
            if not any(start <= hit.start and hit.end <= end for start, end in passed)
        ]
