"""The sketch of a text: a few of its features, so that variations of one advert can be found.

Features are words and pairs of neighbouring words, as they read: case, accents, look-alikes, emoji,
figures, links and quoted lines make no difference, and the commonest words do not count. Of all
features the ones with the smallest hashes are the sketch, so two texts that share features share
them in their sketches, too (bottom-k sampling: Broder, "On the resemblance and containment of
documents", 1997; Cohen and Kaplan, "Summarizing data using bottom-k sketches", 2007).
"""

import hashlib
from collections.abc import Iterable, Iterator
from itertools import pairwise

from rules.facts.hyperlinks import links_of
from rules.matching.fold import normalise
from rules.matching.learned import LearnedTable, letter_or_blank
from rules.matching.markup import shown
from rules.packaged import packaged_table

SIZE = 12  # features; with more, estimates are better and each comment costs more rows
FEWEST_WORDS = 6  # of different ones that are not common; "great song, love it" is no advert
LOOKED_AT = 2_000  # characters
_SHORTEST_WORD = 3
_UNSPACED = 0x0E00  # from here on, scripts mostly have no spaces between words: Thai, Chinese …
_PIECE = 2
_COMMON = frozenset().union(*packaged_table("_function_words.txt").values())
_TABLE = LearnedTable(letter_or_blank, {ord("'"): ""})


def sketch(text: str, salt: str) -> tuple[int, ...] | None:
    """Return up to SIZE signed 64-bit hashes, smallest first; None for a text that says little.

    `salt` sets whose texts can be compared: the same text has another sketch with another one.
    """
    words = list(_words(text))
    telling = {word for word in words if word not in _COMMON}
    if len(telling) < FEWEST_WORDS:
        return None
    features = telling | {f"{one} {two}" for one, two in pairwise(words)}
    smallest = sorted(_hashes(features, salt))[:SIZE]
    return tuple(int.from_bytes(digest, "big", signed=True) for digest in smallest)


def _hashes(features: Iterable[str], salt: str) -> list[bytes]:
    begun = hashlib.blake2b(digest_size=8, key=salt.encode()[:64])
    digests = []
    for feature in features:
        one = begun.copy()
        one.update(feature.encode("utf-8", "replace"))
        digests.append(one.digest())
    return digests


def _words(text: str) -> Iterator[str]:
    for word in normalise(_own_words(text[:LOOKED_AT])).translate(_TABLE).split():
        if ord(word[0]) >= _UNSPACED:
            yield from (word[at : at + _PIECE] for at in range(max(1, len(word) - 1)))
        elif len(word) >= _SHORTEST_WORD:
            yield word


def _own_words(text: str) -> str:
    """Return what the writer says: without links, and without lines that quote somebody."""
    kept, at = [], 0
    for link in links_of(text):
        kept.append(text[at : link.start])
        kept.append(link.label or " ")
        at = link.end
    read = shown("".join(kept) + text[at:]).replace("\x00", "")
    return "\n".join(line for line in read.splitlines() if not line.lstrip().startswith(">"))
