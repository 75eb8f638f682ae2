"""Single words weighed: a linear model beside the network.

The network reads sentences; words of abuse that its training texts lack, it cannot know. The
weights are those of `alt-profanity-check` (MIT), learned from 200,000 comments, without the words
that name groups of people.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

_WORD = re.compile(r"\b\w\w+\b")
_MOST = 3.0
"""What words can say at most, as a logit: a swear word alone, among friends, decides nothing."""
Weights = Mapping[str, tuple[float, float]]
"""For each word its rarity (inverse document frequency) and its weight."""


class WordWeights:
    """The linear model: term frequency times rarity, of unit length, times the weights; bounded."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights

    @classmethod
    def read(cls, path: Path) -> "WordWeights":
        """Return the model of a file {word: [rarity, weight]}."""
        return cls(json.loads(path.read_text(encoding="utf-8")))

    def weigh(self, text: str) -> float:
        """Return what the text's words say, a logit within -3 and 3: above 0 for abuse."""
        counts = Counter(_WORD.findall(text.lower()))
        known = [
            (n * self._weights[w][0], self._weights[w][1])
            for w, n in counts.items()
            if w in self._weights
        ]
        length = math.sqrt(sum(value * value for value, _ in known))
        said = sum(value * weight for value, weight in known) / length if length else 0.0
        return _MOST * math.tanh(said / _MOST)
