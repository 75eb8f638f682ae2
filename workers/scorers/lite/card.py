"""The model's card: what lies in its folder, and how its numbers are to be read."""

import json
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from workers.scorers.model_files import refuse_other_files, refuse_other_format
from workers.scorers.protocol import ScorerUnavailable

FORMAT = 3
CARD = "card.json"
FILES = ("model.onnx", "tokenizer.json", "words.json", "phrases.npz")
_ADVICE = "install tactful again, or train the model again with `python -m training.lite`"


class Scale(BaseModel):
    """The calibration of one label: logit' = slope * logit + offset."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    slope: float = Field(gt=0)
    offset: float


class Card(BaseModel):
    """`card.json`, written by `training.lite`.

    `word_share` and `phrase_share` are how much of the weighed words and phrases is added to the
    logit of toxicity. `digests` are SHA-256 by file name, so that a folder half written or
    damaged is noticed at start.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int
    version: str
    languages: list[str]
    labels: dict[str, Scale]
    window: int
    overlap: int
    mark_at: float
    word_share: float = Field(ge=0)
    phrase_share: float = Field(ge=0)
    digests: dict[str, str]


def read_card(folder: Path) -> Card:
    """Return the card of a whole model folder; raise ScorerUnavailable for any other."""
    try:
        document = json.loads((folder / CARD).read_text(encoding="utf-8"))
        refuse_other_format(folder, document, FORMAT, _ADVICE)
        card = Card.model_validate(document)
    except (OSError, ValueError) as fault:
        raise ScorerUnavailable(f"{folder / CARD} cannot be read: {fault}") from fault
    refuse_other_files(folder, card.digests, FILES, _ADVICE)
    return card
