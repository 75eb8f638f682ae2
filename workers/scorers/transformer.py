"""A transformer's scores of texts of any length: windows, buckets, and the worst window counts.

The same for torch and onnxruntime, which differ in the forward pass alone.
"""

from collections.abc import Callable, Collection, Sequence
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from rules.verdict import EngineRef
from workers.scorers.buckets import in_buckets
from workers.scorers.places import PlacedScores
from workers.scorers.protocol import Scores
from workers.scorers.windows import Window, WindowCutter
from workers.watchdog import getting_on

Tokens = NDArray[np.int64]  # [windows, tokens]
Numbers = NDArray[np.float64]  # [windows, labels]
Forward = Callable[[Tokens, Tokens], Numbers]  # (token ids, attention mask) -> logits


class Transformer:
    """A scorer made of a tokenizer and a forward pass.

    `names` are those of the first logits; Detoxify's larger models have more logits than names
    (identities that they were trained with, and that nobody is to be judged by). `languages` are
    those it was trained on, as ISO 639-1 codes; none when that is not known.
    """

    def __init__(
        self,
        engine: EngineRef,
        cutter: WindowCutter,
        forward: Forward,
        names: Sequence[str],
        pad_id: int,
        languages: Collection[str] = (),
    ) -> None:
        self.engine = engine
        self.languages = frozenset(languages)
        self._cutter = cutter
        self._forward = forward
        self._names = names
        self._pad_id = pad_id

    def score(self, texts: Sequence[str]) -> list[Scores]:
        """Return each text's scores, of its worst window for every name by itself.

        Scores of a text that took several windows say which one it was (PlacedScores).
        """
        windows = self._cutter.cut(texts)
        chances = self._chances(windows)
        numbered = groupby(enumerate(windows), key=lambda item: item[1].text)
        return [self._worst([number for number, _ in of], windows, chances) for _, of in numbered]

    def _chances(self, windows: Sequence[Window]) -> Numbers:
        chances = np.empty((len(windows), len(self._names)))
        for bucket in in_buckets([len(window.ids) for window in windows]):
            ids, mask = self._padded([windows[number].ids for number in bucket])
            getting_on()
            logits = self._forward(ids, mask)[:, : len(self._names)].astype(np.float64)
            chances[bucket] = 0.5 + 0.5 * np.tanh(0.5 * logits)  # the sigmoid, without overflow
        return chances

    def _padded(self, rows: Sequence[Sequence[int]]) -> tuple[Tokens, Tokens]:
        longest = max(map(len, rows))
        ids = np.full((len(rows), longest), self._pad_id, dtype=np.int64)
        mask = np.zeros_like(ids)
        for number, row in enumerate(rows):
            ids[number, : len(row)] = row
            mask[number, : len(row)] = 1
        return ids, mask

    def _worst(self, numbers: Sequence[int], windows: Sequence[Window], chances: Numbers) -> Scores:
        mine = chances[numbers]
        worst = mine.argmax(axis=0)  # a NaN counts as the worst, and is refused by who asked
        scores = dict(zip(self._names, mine.max(axis=0).tolist(), strict=True))
        if len(numbers) == 1:
            return scores
        places = [(windows[numbers[row]].place,) for row in worst]
        return PlacedScores(scores, dict(zip(self._names, places, strict=True)))
