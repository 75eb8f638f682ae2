"""Windows: a text of any length as pieces that a model can take.

A BERT takes 512 tokens, and the usual way is to cut off the rest, which hides abuse behind a
long preamble. Here a long text becomes several windows, each overlapping the one before, so that
no phrase of up to `overlap` tokens is torn at every place where it occurs.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tokenizers import Encoding, Tokenizer

from workers.scorers.places import Place

OVERLAP = 64  # tokens, about 50 words of English


@dataclass(frozen=True)
class Window:
    """A piece of one text: which one it is of, its token ids, and its place in that text."""

    text: int
    ids: Sequence[int]
    place: Place


class WindowCutter:
    """Cuts texts into windows of at most `limit` tokens, `[CLS]` and the like included."""

    def __init__(self, tokenizer: Tokenizer, limit: int, overlap: int = OVERLAP) -> None:
        """Take a copy: a shared tokenizer's truncation would be changed for its owner."""
        self._tokenizer = Tokenizer.from_str(tokenizer.to_str())
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(limit, stride=min(overlap, limit // 4))

    def cut(self, texts: Sequence[str]) -> list[Window]:
        """Return the windows of all texts, in order; at least one of each.

        Raises whatever the tokenizer raises on a text that it cannot take.
        """
        return [
            Window(number, encoding.ids, _place(encoding))
            for number, whole in enumerate(self._tokenizer.encode_batch(list(texts)))
            for encoding in (whole, *whole.overflowing)
        ]


def _place(encoding: Encoding) -> Place:
    marks = zip(encoding.offsets, encoding.special_tokens_mask, strict=True)
    offsets = [offset for offset, special in marks if not special]
    return Place(offsets[0][0], offsets[-1][1]) if offsets else Place(0, 0)
