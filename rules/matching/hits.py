"""A listed word found in a text."""

from dataclasses import dataclass

from rules.matching.terms import Term

CONFIDENCE = {
    "plain": 1.0,
    "marks": 0.95,
    "invisible": 0.95,
    "markup": 0.95,
    "look-alike": 0.95,
    "spaced": 0.9,
    "leet": 0.9,
    "stretched": 0.9,
    "joined": 0.85,
    "masked": 0.8,
    "split": 0.75,
    "respelled": 0.8,
    "swapped": 0.7,
    "reversed": 0.6,
    "upside-down": 0.8,
    "coded": 0.6,
}
"""How sure a hit is, by the way the word was written; set by hand, an ambiguous word halves it."""

TECHNIQUES = frozenset(CONFIDENCE)


@dataclass(frozen=True, slots=True)
class Hit:
    """A term at `text[start:end]` (code points of the text as written).

    `ambiguous` where it may be meant innocently, `accented` where it has its accents.
    """

    start: int
    end: int
    term: Term
    technique: str
    confidence: float
    ambiguous: bool = False
    accented: bool = False

    @property
    def severity(self) -> int:
        """The term's severity; a word that may well be innocent is mild."""
        return 1 if self.ambiguous else self.term.severity
