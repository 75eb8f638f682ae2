"""A training example: a text and what is known of its labels."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

LABELS = (
    "toxicity",
    "severe_toxicity",
    "obscene",
    "threat",
    "insult",
    "identity_attack",
    "sexual_explicit",
)
"""The model's outputs, in order."""

Span = tuple[int, int, float]
"""Start and end in code points, and the share of raters who marked it."""


@dataclass(frozen=True)
class Example:
    """A text; `targets` holds probabilities, and leaves out the labels that nobody judged.

    `spans` is None where nobody marked words, and empty where there is nothing to mark.
    """

    text: str
    targets: Mapping[str, float]
    source: str
    weight: float = 1.0
    spans: tuple[Span, ...] | None = field(default=None)

    @property
    def origin(self) -> str:
        """Where it comes from: the first part of its source."""
        return self.source.partition(":")[0]

    @property
    def toxic(self) -> bool:
        """Whether most raters (or the template's author) call it toxic."""
        return self.targets["toxicity"] >= 0.5  # noqa: PLR2004 - the majority


CALM = 0.1
"""A text of less toxicity has no words to mark."""


def severity(toxicity: float, shares: Mapping[str, float]) -> float:
    """Return what stands for severe toxicity, which nobody was asked: see the model card."""
    hardest = max(shares["obscene"], shares["identity_attack"], shares["threat"])
    return float(toxicity * hardest**2)


def squeeze(text: str) -> str:
    """Return the text with runs of white space as one space."""
    return re.sub(r"\s+", " ", text).strip()
