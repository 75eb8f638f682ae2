"""A cache of scores by content: the same text needs no second forward pass.

Comments repeat: spam floods, retries of callers, edits that change a field but not the text.
One cache belongs to one scorer, so that no engine answers for another. It keeps digests, not
texts, so an erased comment leaves nothing readable in it.
"""

import math
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from hashlib import blake2b

from rules.verdict import EngineRef
from workers.scorers.places import PlacedScores
from workers.scorers.protocol import Scorer, Scores, languages_of
from workers.telemetry import SCORE_CACHE

ENTRIES = 4096  # 7 MB, at most 11: see _size
_PLACES_LIKE_AN_ENTRY = 8


class CachedScorer:
    """A scorer that asks another one only about texts that it does not remember.

    Holds the `entries` texts that were asked for last, fewer where many places are pointed at.
    What it returns may be shared between callers and is not to be changed.
    `scorer` is the one behind, for whoever needs more of it than scores.
    """

    def __init__(self, scorer: Scorer, entries: int = ENTRIES) -> None:
        self.scorer = scorer
        self._entries = entries
        self._kept: OrderedDict[bytes, Scores] = OrderedDict()
        self._size = 0

    @property
    def engine(self) -> EngineRef:
        """The engine of the scorer behind."""
        return self.scorer.engine

    @property
    def languages(self) -> frozenset[str]:
        """The languages of the scorer behind; none when it does not say."""
        return languages_of(self.scorer) or frozenset()

    def score(self, texts: Sequence[str]) -> list[Scores]:
        """Return the scores of each text; equal texts are scored once.

        Raises what the scorer behind raises, and ValueError when it gives too few or too many
        scores; then nothing of this call is kept.
        """
        keys = [_key(text) for text in texts]
        unknown = {
            key: text for key, text in zip(keys, texts, strict=True) if key not in self._kept
        }
        fresh: dict[bytes, Scores] = {}
        if unknown:
            answers = self.scorer.score(list(unknown.values()))
            fresh = dict(zip(unknown, answers, strict=True))
        SCORE_CACHE.labels("miss").inc(len(unknown))
        SCORE_CACHE.labels("hit").inc(len(texts) - len(unknown))
        scores = [fresh[key] if key in fresh else self._kept[key] for key in keys]
        self._keep(zip(keys, scores, strict=True))
        return scores

    def _keep(self, pairs: Iterable[tuple[bytes, Scores]]) -> None:
        for key, scores in pairs:
            if not all(map(math.isfinite, scores.values())):
                continue  # a fault of the moment, perhaps: ask again
            if key not in self._kept:
                self._kept[key] = scores
                self._size += _size(scores)
            self._kept.move_to_end(key)
        while self._size > self._entries:
            self._size -= _size(self._kept.popitem(last=False)[1])


def _size(scores: Scores) -> int:
    """Return as how many entries these count: abuse from end to end of a long text is much more."""
    if not isinstance(scores, PlacedScores):
        return 1
    lists = {id(places): len(places) for places in scores.places.values()}
    return 1 + sum(lists.values()) // _PLACES_LIKE_AN_ENTRY


def _key(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
