"""Finding listed words in a text, with where they stand and how they were written."""

import unicodedata
from collections.abc import Iterable, Iterator

from rules.matching.backwards import backwards, upside_down
from rules.matching.context import may_be_innocent
from rules.matching.fold import GONE
from rules.matching.hits import CONFIDENCE, Hit
from rules.matching.masks import masked
from rules.matching.reading import Reading
from rules.matching.search import Found, look_over
from rules.matching.vocabulary import Vocabulary

_MOST_HITS = 200


def _as_written(written: str) -> str:
    """How a word was written whose letters all stand together in the folded text."""
    if "<" in written or "&" in written or "%" in written or "\\" in written:
        return "markup"
    categories = {unicodedata.category(char) for char in written}
    if "Cf" in categories or not categories.isdisjoint({"Cc", "Cs"}):
        return "invisible"
    if not categories.isdisjoint({"Mn", "Me"}):
        return "marks"
    return "look-alike"


def _technique(found: Found, written: str, *, leet: bool) -> str:
    if found.technique:
        return found.technique
    if leet:
        return "leet"
    if found.key.technique:
        return found.key.technique
    lowered = written.casefold()
    if lowered == found.key.term.text.casefold() or lowered.isascii() and GONE not in written:
        return (
            "plain"
            if written.replace(" ", "").isalpha() or found.key.phrase
            else _as_written(written)
        )
    return "plain" if lowered == found.key.letters else _as_written(written)


def _is_leet(found: Found, reading: Reading) -> bool:
    """Whether signs and letters are mixed there; all figures is a number, not a word."""
    written = reading.clean[found.start : found.end]
    if not any(char.isalpha() for char in written):
        return "$" in written and "a" not in written and not any(char.isdigit() for char in written)
    before = reading.clean[found.start - 1 : found.start]
    after = reading.clean[found.end : found.end + 2]
    if before.isdigit() or after[:1].isdigit() or (after[:1] == "-" and after[1:].isdigit()):
        return False
    digits = sum(char.isdigit() for char in written)
    return not (digits * 2 > len(written) + 1 and len(written) < 4) and not written.isalpha()


def _collect(reading: Reading, vocabulary: Vocabulary) -> Iterator[tuple[Found, bool]]:
    for found in look_over(reading, reading.view, vocabulary):
        yield found, False
    for found in backwards(reading, vocabulary):
        yield found, False
    for view in reading.leet_views():
        for found in look_over(reading, view, vocabulary):
            if _is_leet(found, reading):
                yield found, True
    for found in masked(reading, vocabulary):
        yield found, False


def _hit(found: Found, span: tuple[int, int], text: str, *, leet: bool) -> Hit:
    start, end = span
    technique = _technique(found, text[start:end], leet=leet)
    doubtful = found.key.term.ambiguous and may_be_innocent(text, start, end, found.key, technique)
    confidence = CONFIDENCE[technique] * (0.5 if doubtful else 1.0)
    return Hit(start, end, found.key.term, technique, confidence, doubtful)


def _hits(text: str, vocabulary: Vocabulary) -> Iterator[Hit]:
    reading = Reading(text)
    for found, leet in _collect(reading, vocabulary):
        yield _hit(found, reading.span(found.start, found.end), text, leet=leet)
    for found in upside_down(text, vocabulary):
        yield _hit(found, (found.start, found.end), text, leet=False)


def longest(hits: Iterable[Hit]) -> list[Hit]:
    """The hits in order of place; of those that overlap the surest longest one."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end, -hit.confidence)):
        if not kept or hit.start >= kept[-1].end:
            kept.append(hit)
        elif hit.end - hit.start > kept[-1].end - kept[-1].start:
            kept[-1] = hit
    return kept[:_MOST_HITS]


def find(text: str, vocabulary: Vocabulary) -> list[Hit]:
    """Every listed word in `text`, in order of place, none overlapping another; never raises."""
    return longest(_hits(text, vocabulary))
