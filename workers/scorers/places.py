"""Places: where in a text its scores come from.

A scorer that knows returns `PlacedScores` where the protocol asks for `Scores`. They are the same
dictionary to everyone who only wants numbers; who writes reasons asks `places_of`.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from workers.scorers.protocol import Scores


class Place(NamedTuple):
    """Code points `start` to `end` of the text as it was scored, so `text[start:end]`."""

    start: int
    end: int


class PlacedScores(Scores):
    """Scores with the places that each of them comes from, the most telling first."""

    def __init__(self, scores: Mapping[str, float], places: Mapping[str, Sequence[Place]]) -> None:
        super().__init__(scores)
        self.places = places


def places_of(scores: Scores, name: str) -> Sequence[Place]:
    """Return where the score of that name comes from; nothing where the scorer does not say."""
    return scores.places.get(name, ()) if isinstance(scores, PlacedScores) else ()
