"""The forward pass of `lite`: from tokens to logits of labels, with marks of words."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from workers.scorers.lite.card import Card
from workers.scorers.onnx import SLOWER_FUSED
from workers.scorers.windows import spread

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Piece:
    """A window of one text: token numbers, and where in the text each token stands."""

    text: int
    ids: list[int]
    offsets: list[tuple[int, int]]


class Network:
    """The ONNX model with its tokenizer. Safe to use from several threads."""

    def __init__(self, folder: Path, card: Card, threads: int) -> None:
        self._tokenizer: Tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(card.window, stride=card.overlap)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"),
            options,
            providers=["CPUExecutionProvider"],
            disabled_optimizers=SLOWER_FUSED,
        )

    def cut(self, texts: Sequence[str]) -> list[Piece]:
        """Return the windows of all texts, in order; at least one of each."""
        return [
            Piece(number, encoding.ids, encoding.offsets)
            for number, whole in enumerate(self._tokenizer.encode_batch(list(texts)))
            for encoding in spread((whole, *whole.overflowing))
        ]

    def run(self, piece: Piece) -> tuple[Floats, Floats]:
        """Return logits of the labels [label] and probabilities of the words [token].

        One piece at a time: on one core a batch is no faster, and 8 bit numbers are scaled by the
        batch, so that in company a text would score otherwise than alone.
        """
        ids = np.array([piece.ids], dtype=np.int64)
        labels, marks = self._session.run(
            None, {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        )
        return labels[0], sigmoid(marks[0])


def sigmoid(logits: Floats) -> Floats:
    """Return probabilities, without overflow."""
    return np.asarray(0.5 + 0.5 * np.tanh(0.5 * logits), dtype=np.float32)
