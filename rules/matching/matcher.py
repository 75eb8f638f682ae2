"""Finding listed words in a text, with where they stand and how they were written."""

import unicodedata
from bisect import bisect
from collections.abc import Iterable, Iterator

from rules.matching.backwards import backwards, upside_down
from rules.matching.context import NO_NAMES, is_a_name, meaning
from rules.matching.fold import GONE
from rules.matching.hits import CONFIDENCE, Hit
from rules.matching.joints import SHORT_JOINTS
from rules.matching.masks import masked
from rules.matching.reading import Reading, View, read
from rules.matching.search import Found, joined, whole_words
from rules.matching.serials import is_no_word
from rules.matching.stretches import doubled, stretched
from rules.matching.terms import Term
from rules.matching.vocabulary import COMMON, Vocabulary

_MOST_HITS = 200
_SHORTEST_DISGUISED = 3
_SHORTEST_FIGURED = 4
_LONGEST_BRACKETED = 200
_SEEN_IN_CODE = frozenset({"stretched", "leet", "spaced", "split", "masked", "joined", "respelled"})
_BY_SIGNS = frozenset({"masked", "spaced", "split"})
_SHOWN = frozenset({"plain", "joined", "respelled"})
_NEVER_ABBREVIATED = frozenset({"fuck"})


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


def _typed(lowered: str) -> str:
    """Return one of the ways to write the same: an `é` of two signs, curly apostrophes."""
    return unicodedata.normalize("NFC", lowered).replace("’", "'").replace("\xa0", " ")


def _technique(found: Found, written: str, *, leet: bool) -> str:
    if found.technique:
        return found.technique
    if leet:
        return "leet"
    if found.key.technique:
        return found.key.technique
    lowered = written.casefold()
    if _typed(lowered) == _typed(found.key.term.text.casefold()):
        return "plain"
    if lowered.isascii() and GONE not in written:
        return (
            "plain"
            if written.replace(" ", "").isalpha() or found.key.phrase
            else _as_written(written)
        )
    return "plain" if lowered == found.key.letters else _as_written(written)


def _is_road(found: Found, reading: Reading, written: str) -> bool:
    """`A55`: a capital and figures, too short to be a word."""
    if len(found.key.letters) >= _SHORTEST_FIGURED or not any(map(str.isdigit, written)):
        return False
    return reading.text[reading.origins[found.start]].isupper()


def _is_bracketed(found: Found, written: str) -> bool:
    unsure = found.technique == "joined" or bool(found.key.technique)
    return "(" in (written[0], written[-1]) or (unsure and "(" in written)


def _is_closed(text: str, found: Found) -> bool:
    """Whether a bracket that opens at either end of a find is closed after it."""
    return ")" in text[found.start : found.end + _LONGEST_BRACKETED]


def _is_code(found: Found, written: str, text: str) -> bool:
    """`(Unterweser)`, `foo(bar)`, and variables such as `$hist`."""
    if written[0] == "$" and (found.key.technique or found.key.term.ambiguous):
        return True
    return _is_bracketed(found, written) and _is_closed(text, found)


def _is_leet(found: Found, reading: Reading) -> bool:
    """Whether signs and letters are mixed there; all figures is a number, not a word."""
    written = reading.clean[found.start : found.end]
    if written.replace(" ", "").isalpha() or not any(map(str.isalpha, written)):
        return False
    if _is_code(found, written, reading.clean):
        return False
    before = reading.clean[found.start - 1 : found.start]
    after = reading.clean[found.end : found.end + 2]
    if before.isdigit() or after[:1].isdigit() or (after[:1] == "-" and after[1:].isdigit()):
        return False
    if found.key.technique == "leet" and not any(map(str.isdigit, written)):
        return False
    figures, letters = sum(map(str.isdigit, written)), sum(map(str.isalpha, written))
    if figures > letters and (found.key.technique or found.technique == "joined"):
        return False  # `5h17m22s`
    return not _is_road(found, reading, written)


def _look_over(reading: Reading, view: View, vocabulary: Vocabulary) -> Iterator[Found]:
    """Yield all that one view of a text holds."""
    yield from whole_words(view, vocabulary.words)
    yield from joined(reading, view, vocabulary, vocabulary.joined)
    if not SHORT_JOINTS.isdisjoint(reading.signs):
        yield from joined(reading, view, vocabulary, vocabulary.short)
    if vocabulary.has_triple(view.letters):
        yield from stretched(reading, view, vocabulary)
    if view.doubles and view.undoubled is not None:
        yield from doubled(reading, view.undoubled, vocabulary)


def _look_over_letters(reading: Reading, vocabulary: Vocabulary) -> Iterator[Found]:
    yield from _look_over(reading, reading.view, vocabulary)
    if reading.unmarked is not None:
        yield from whole_words(reading.unmarked, vocabulary.words)


def _collect(reading: Reading, vocabulary: Vocabulary) -> Iterator[tuple[Found, bool]]:
    for found in _look_over_letters(reading, vocabulary):
        if found.key.technique != "leet":
            yield found, False
    for found in backwards(reading.view, vocabulary) if vocabulary.reversed else ():
        yield found, False
    for view in reading.leet_views:
        for found in _look_over(reading, view, vocabulary):
            if _is_leet(found, reading):
                yield found, True
    for found in masked(reading, vocabulary) if reading.hides else ():
        yield found, False


_SELDOM = frozenset("ѕѡѵԁԛԝԍ")
"""Cyrillic letters of one language or of none today: what they stand for is their shape."""


def _is_alien(char: str) -> bool:
    """Greek or Cyrillic, whose letters make words of their own."""
    return "\u0370" <= char <= "\u052f"


def _accents(word: str) -> set[str]:
    return {char for char in word if char.isalpha() and not char.isascii()}


def _is_other_word(text: str, written: str, term: Term) -> bool:
    """Whether the letters are those of another word in another script, or with other accents."""
    if term.marks and _accents(written.lower()) != _accents(term.text):
        return True
    letters = [char for char in written if char.isalpha()]
    if not _SELDOM.isdisjoint(letters):
        return False  # no language has these beside the others
    if any(map(_is_alien, term.text)):
        return written.isascii() and 0 < len(letters) < _SHORTEST_FIGURED
    if not letters or not all(map(_is_alien, letters)):
        return False
    around = [char for char in text if char.isalpha()]
    return sum(map(_is_alien, around)) - len(letters) >= sum(map(str.isascii, around))


def _is_long_name(found: Found, text: str, start: int, end: int) -> bool:
    """`Ishitsuka`, `Mr Cuntapay`: a word with a capital and a stem in it that is no compound."""
    word = text[start:end]
    if not (word[:1].isupper() and word[1:].islower()):
        return False
    head, _, rest = word.lower().partition(found.key.letters)
    if head:
        return bool(rest)
    unknown = len(rest) >= _SHORTEST_DISGUISED and rest not in COMMON
    return unknown and found.key.term.base not in NO_NAMES and is_a_name(text, start, end)


def _is_abbreviation(found: Found, written: str, text: str) -> bool:
    """`CRP`, `SLT`, `F.A.G.`: three capitals in a text that has small letters too."""
    letters = written.replace(".", "").replace(" ", "")
    if len(letters) != _SHORTEST_DISGUISED or not written.isupper() or text.isupper():
        return False
    if len(letters) < len(written):
        return found.key.term.spelt
    return bool(found.key.technique) and found.key.term.base not in _NEVER_ABBREVIATED


def _hit(found: Found, span: tuple[int, int], text: str, *, leet: bool) -> Hit | None:
    """Return the hit, or None where the word is meant innocently."""
    start, end = span
    technique = _technique(found, text[start:end], leet=leet)
    if len(found.key.letters) < _SHORTEST_DISGUISED and technique != "plain":
        return None
    written = text[start:end]
    if technique == "joined" and _is_long_name(found, text, start, end):
        return None
    if technique in _SEEN_IN_CODE and is_no_word(text, start, end):
        return None
    if _is_other_word(text, written, found.key.term) or _is_abbreviation(found, written, text):
        return None
    meant = meaning(text, start, end, found.key, technique)
    if meant == "innocent":
        return None
    doubtful = meant == "doubtful"
    confidence = CONFIDENCE[technique] * (0.5 if doubtful else 1.0)
    accented = not text[start:end].isascii()
    return Hit(start, end, found.key.term, technique, confidence, doubtful, accented)


def _is_quoted_code(hit: Hit, reading: Reading) -> bool:
    """`<code>f**k</code>`: signs between letters mean something else there."""
    if hit.technique not in _BY_SIGNS:
        return False
    before = bisect(reading.code_blocks, (hit.start, len(reading.text)))
    return before > 0 and hit.end <= reading.code_blocks[before - 1][1]


def _stands_out(inner: Hit, outer: Hit, text: str) -> bool:
    """Whether one word of several is the disguised one: `vete a la m1erda`, `D!CK head`."""
    before, after = text[outer.start : inner.start], text[inner.end : outer.end]
    if outer.technique == "plain" or inner.technique in _SHOWN or inner.severity < outer.severity:
        return False
    if before[-1:].strip() or after[:1].strip():
        return False
    words, wording = f"{before} {after}".lower().split(), outer.term.text.lower()
    if " " not in wording:
        whole = len(words) == 1 and inner.term.text.lower() + words[0] == wording
        return whole and not before and len(words[0]) >= _SHORTEST_DISGUISED
    return set(words) <= set(wording.split())


def longest(hits: Iterable[Hit], text: str) -> list[Hit]:
    """Return the hits in order of place; of those that overlap the surest longest one."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end, -hit.confidence)):
        if not kept or hit.start >= kept[-1].end:
            kept.append(hit)
            continue
        longer = hit.end - hit.start > kept[-1].end - kept[-1].start
        if longer or (hit.end <= kept[-1].end and _stands_out(hit, kept[-1], text)):
            kept[-1] = hit
    return kept[:_MOST_HITS]


def find(text: str, vocabulary: Vocabulary) -> list[Hit]:
    """Every listed word in `text`, in order of place, none overlapping another; never raises."""
    reading = read(text)
    hits = [
        _hit(found, reading.span(found.start, found.end), text, leet=leet)
        for found, leet in _collect(reading, vocabulary)
    ]
    if not text.isascii():
        turned = upside_down(text, vocabulary)
        hits += [_hit(found, (found.start, found.end), text, leet=False) for found in turned]
    kept = [hit for hit in hits if hit is not None and not _is_quoted_code(hit, reading)]
    return longest(kept, text) if kept else []
