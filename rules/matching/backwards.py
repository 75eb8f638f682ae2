"""Words written backwards or upside down: `tihs`, `ʞɔnɟ`."""

from collections.abc import Iterator

from rules.matching.reading import Letters, View
from rules.matching.search import Found, whole_words
from rules.matching.vocabulary import Vocabulary

_FLIPPED = "ɐqɔpǝɟƃɓɥᴉıɾʞɯᴎodbɹʇnʌʍʎ"
_UPRIGHT = "abcdefgghiijkmnopqrtuvwy"
_TELLTALE = frozenset("ɐɔǝɟƃɥᴉɾʞɯɹʇʌʍʎꞁ")
_ALSO_FLIPPED = "ulsxzꞁןıwm˥┴∩ɅƎℲפႱ"
_ALSO_UPRIGHT = "nlsxzllimwltuvefgj"
_TURNED = Letters(
    {
        ord(flipped): upright
        for flipped, upright in zip(_FLIPPED + _ALSO_FLIPPED, _UPRIGHT + _ALSO_UPRIGHT, strict=True)
    }
)


def _turned(found: Found, length: int) -> Found:
    return Found(found.key, length - found.end, length - found.start, "upside-down")


def backwards(view: View, vocabulary: Vocabulary) -> Iterator[Found]:
    """Whole words that are listed words read from right to left."""
    for found in whole_words(view, vocabulary.reversed):
        yield Found(found.key, found.start, found.end, "reversed")


def upside_down(text: str, vocabulary: Vocabulary) -> Iterator[Found]:
    """Words in letters turned on their heads; places are in `text` as written.

    Turning a line on its head also reverses it, so it is tried both ways.
    """
    if _TELLTALE.isdisjoint(text):
        return
    upright = text.lower().translate(_TURNED)
    if len(upright) != len(text):
        return
    for found in _either_way(upright, vocabulary):
        if not _TELLTALE.isdisjoint(text[found.start : found.end]):
            yield found


def _either_way(upright: str, vocabulary: Vocabulary) -> Iterator[Found]:
    for found in whole_words(View(upright[::-1]), vocabulary.words):
        yield _turned(found, len(upright))
    for found in whole_words(View(upright), vocabulary.words):
        yield Found(found.key, found.start, found.end, "upside-down")
