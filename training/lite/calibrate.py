"""Calibration: from logits to the chance that most people would say so; written to the card."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from training.lite.example import LABELS, Example
from training.lite.metrics import platt
from training.lite.scoring import probabilities
from workers.scorers.lite.card import CARD, FILES, FORMAT
from workers.scorers.model_files import digests_of

VERSION = "6"
WINDOW, OVERLAP = 128, 32
MARK_AT = 0.4
WORD_SHARE, PHRASE_SHARE = 0.4, 0.4
"""More ranks single insults better and whole sentences worse; chosen on the held-out texts."""
MANY = 30
"""Fewer known positives than this calibrate nothing: the label takes toxicity's scale."""


def calibrate(folder: Path, held: Sequence[Example]) -> None:
    """Write `card.json` with scales that fit the held-out examples."""
    write_card(folder, dict.fromkeys(LABELS, (1.0, 0.0)))
    scores = probabilities(folder, [example.text for example in held])
    logits = np.log(scores / (1 - scores))
    scales: dict[str, tuple[float, float]] = {}
    for column, label in enumerate(LABELS):
        known = [row for row, example in enumerate(held) if label in example.targets]
        truth = [held[row].targets[label] >= 0.5 for row in known]  # noqa: PLR2004 - the majority
        fits = sum(truth) >= MANY
        scales[label] = platt(truth, logits[known, column]) if fits else scales["toxicity"]
    write_card(folder, scales)


def write_card(folder: Path, scales: dict[str, tuple[float, float]]) -> None:
    """Write `card.json` for the files in the folder."""
    card = {
        "format": FORMAT,
        "version": VERSION,
        "languages": ["en"],
        "labels": {
            label: {"slope": round(slope, 4), "offset": round(offset, 4)}
            for label, (slope, offset) in scales.items()
        },
        "window": WINDOW,
        "overlap": OVERLAP,
        "mark_at": MARK_AT,
        "word_share": WORD_SHARE,
        "phrase_share": PHRASE_SHARE,
        "digests": digests_of(folder, FILES),
    }
    (folder / CARD).write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
