"""The model's card: what lies in its folder, and how its numbers are to be read."""

import json
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from workers.scorers.protocol import ScorerUnavailable

FORMAT = 2


class Scale(BaseModel):
    """The calibration of one label: logit' = slope * logit + offset."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    slope: float = Field(gt=0)
    offset: float


class Card(BaseModel):
    """`card.json`, written by `training.lite`.

    `word_share` and `phrase_share` are how much of the weighed words and phrases is added to the
    logit of toxicity. `files` holds the sizes in bytes, so that a folder half written is noticed
    at start.
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
    files: dict[str, int]


def read_card(folder: Path) -> Card:
    """Return the card of a whole model folder; raise ScorerUnavailable for any other."""
    try:
        document = json.loads((folder / "card.json").read_text(encoding="utf-8"))
        card = Card.model_validate(document)
    except (OSError, ValueError, ValidationError) as fault:
        raise ScorerUnavailable(f"{folder}/card.json cannot be read: {fault}") from fault
    if card.format != FORMAT:
        raise ScorerUnavailable(f"{folder} has format {card.format}, this version reads {FORMAT}")
    for name, size in card.files.items():
        _check_size(folder / name, size)
    return card


def _check_size(path: Path, size: int) -> None:
    found = path.stat().st_size if path.exists() else 0
    if found != size:
        raise ScorerUnavailable(
            f"{path} has {found} bytes instead of {size}: install tactful again, "
            "or train the model again with `python -m training.lite`"
        )
