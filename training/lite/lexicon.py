"""Weights of single words that an open linear model learned from 200,000 comments.

`alt-profanity-check` (MIT). The heaviest words fill the slot `{lexeme}`; all of them are shipped
beside the network, which cannot know a word that our own texts lack.
"""

import json
from pathlib import Path

import joblib
import numpy as np

from training.lite.grammar import read_words
from workers.scorers.lite.word_weights import Weights

HEAVIEST = 1.45
"""Least weight of a word; below it chance and topics begin to show."""
NOT_ABUSE = Path(__file__).parent / "texts" / "not_abuse.txt"


def lexemes() -> list[str]:
    """Return the heavy words of abuse, heaviest first."""
    left_out = {word for words in read_words(NOT_ABUSE).values() for word in words}
    weights = {word: weight for word, (_, weight) in _model().items() if weight >= HEAVIEST}
    return [w for w in sorted(weights, key=lambda w: -weights[w]) if w not in left_out]


def word_weights() -> Weights:
    """Return {word: (rarity, weight)} of all words, those for groups of people weighing 0."""
    groups = set(read_words(NOT_ABUSE)["identity"])
    return {
        word: (round(rarity, 2), 0.0 if word in groups else round(weight, 2))
        for word, (rarity, weight) in sorted(_model().items())
    }


def write_weights(path: Path) -> None:
    """Write the weights of all words as JSON."""
    path.write_text(json.dumps(word_weights(), ensure_ascii=False), encoding="utf-8")


def _model() -> dict[str, tuple[float, float]]:
    from profanity_check import __file__ as package  # noqa: PLC0415 - it takes a second

    folder = Path(package).parent / "data"
    vectorizer = joblib.load(folder / "vectorizer.joblib")
    parts = joblib.load(folder / "model.joblib").calibrated_classifiers_
    weights = np.mean([part.estimator.coef_[0] for part in parts], axis=0)
    return {
        word: (float(vectorizer.idf_[column]), float(weights[column]))
        for word, column in vectorizer.vocabulary_.items()
    }
