"""Words written backwards or upside down: `tihs`, `ʞɔnɟ`."""

import re
from collections.abc import Iterator

from rules.matching.learned import LearnedTable, letter_or_blank
from rules.matching.reading import View
from rules.matching.search import Found, whole_words
from rules.matching.vocabulary import Vocabulary
from rules.remembering import remembered

_FLIPPED = "ɐqɔpǝɟƃɓɥᴉıɾʞɯᴎodbɹʇnʌʍʎ"
_UPRIGHT = "abcdefgghiijkmnopqrtuvwy"
_TELLTALE = re.compile("[ɐɔǝɟƃɥᴉɾʞɯɹʇʌʍʎꞁ]")
_ALSO_FLIPPED = "ulsxzꞁןıwm˥┴∩ɅƎℲפႱ"
_ALSO_UPRIGHT = "nlsxzllimwltuvefgj"
_TURNED = LearnedTable(
    letter_or_blank,
    {
        ord(flipped): upright
        for flipped, upright in zip(_FLIPPED + _ALSO_FLIPPED, _UPRIGHT + _ALSO_UPRIGHT, strict=True)
    },
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
    for found in _either_way(text, vocabulary):
        if _TELLTALE.search(text, found.start, found.end):
            yield found


def _either_way(text: str, vocabulary: Vocabulary) -> Iterator[Found]:
    if (upright := _upright(text)) is None:
        return
    for found in whole_words(upright[0], vocabulary.words):
        yield _turned(found, len(text))
    for found in whole_words(upright[1], vocabulary.words):
        yield Found(found.key, found.start, found.end, "upside-down")


@remembered(4)
def _upright(text: str) -> tuple[View, View] | None:
    """Return the text on its feet from right to left and as written; None if nothing is turned."""
    if text.isascii() or not _TELLTALE.search(text):
        return None
    upright = text.lower().translate(_TURNED)
    return (View(upright[::-1]), View(upright)) if len(upright) == len(text) else None
