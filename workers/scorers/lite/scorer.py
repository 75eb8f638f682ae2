"""The scorer `lite`: texts of any length, the worst window counts, with the words behind it."""

import os
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rules.verdict import EngineRef
from workers.scorers.lite.card import Card, read_card
from workers.scorers.lite.marks import marked_places
from workers.scorers.lite.network import Floats, Network, Piece, sigmoid
from workers.scorers.lite.phrases import Phrases
from workers.scorers.lite.word_weights import WordWeights
from workers.scorers.places import Place, PlacedScores
from workers.scorers.protocol import Scores
from workers.watchdog import getting_on

MODEL = Path(__file__).parent.parent / "lite_model"
TELLING = 0.3
"""Scores below this say that nothing is wrong: no words to point at."""

os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # one worker, one core


class _Read(NamedTuple):
    """A piece, with the probabilities of its labels and of its words."""

    piece: Piece
    labels: Floats
    marks: Floats


class LiteScorer:
    """Scores `toxicity` and six kinds of it; the same text always has the same scores."""

    def __init__(self, threads: int = 1, folder: Path = MODEL) -> None:
        card = read_card(folder)
        self.engine = EngineRef(name="lite", version=card.version)
        self.languages = frozenset(card.languages)
        """Languages whose scores mean something, as ISO 639-1 codes."""
        self._labels = list(card.labels)
        self._mark_at = card.mark_at
        self._slopes, self._offsets = _scales(card)
        self._word_share, self._phrase_share = card.word_share, card.phrase_share
        self._toxicity = self._labels.index("toxicity")
        self._network = Network(folder, card, threads)
        self._words = WordWeights.read(folder / "words.json")
        self._phrases = Phrases.read(folder / "phrases.npz")
        self.score(["warm up"])

    def score(self, texts: Sequence[str]) -> list[Scores]:
        """Return each text's scores; those of note come with their places (PlacedScores)."""
        return [self._of_text(texts[number], parts) for number, parts in self._read(texts)]

    def attribute(self, text: str, label: str = "toxicity") -> list[Place]:
        """Return the places of the words that drove a label's score, the most telling first."""
        column = self._labels.index(label)
        [(_, parts)] = self._read([text])
        return self._places(text, max(parts, key=lambda part: float(part.labels[column])))

    def _read(self, texts: Sequence[str]) -> list[tuple[int, list[_Read]]]:
        pieces = groupby(self._network.cut(texts), key=lambda piece: piece.text)
        return [
            (number, [self._read_piece(texts[number], piece) for piece in of])
            for number, of in pieces
        ]

    def _read_piece(self, text: str, piece: Piece) -> _Read:
        getting_on()
        logits, marks = self._network.run(piece)
        spans = [offset for offset in piece.offsets if offset[1] > offset[0]]
        if spans:
            logits[self._toxicity] += self._weigh(text[spans[0][0] : spans[-1][1]])
        logits = logits * self._slopes + self._offsets
        return _Read(piece, sigmoid(logits), marks)

    def _weigh(self, text: str) -> float:
        """Return what single words and phrases say, whatever the sentence."""
        words, phrases = self._words.weigh(text), self._phrases.weigh(text)
        return self._word_share * words + self._phrase_share * phrases

    def _of_text(self, text: str, parts: Sequence[_Read]) -> Scores:
        table = np.stack([part.labels for part in parts])
        scores = dict(zip(self._labels, table.max(axis=0).tolist(), strict=True))
        worst = dict(zip(self._labels, table.argmax(axis=0).tolist(), strict=True))
        telling = {label: worst[label] for label in self._labels if scores[label] >= TELLING}
        found = {number: self._places(text, parts[number]) for number in set(telling.values())}
        return PlacedScores(scores, {label: found[number] for label, number in telling.items()})

    def _places(self, text: str, part: _Read) -> list[Place]:
        return marked_places(text, part.piece.offsets, part.marks.tolist(), self._mark_at)


def _scales(card: Card) -> tuple[Floats, Floats]:
    scales = card.labels.values()
    slopes = np.array([scale.slope for scale in scales], dtype=np.float32)
    return slopes, np.array([scale.offset for scale in scales], dtype=np.float32)
