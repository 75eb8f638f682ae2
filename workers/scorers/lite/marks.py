"""The words that drove a score, as places in the text."""

from collections.abc import Iterable, Sequence

from workers.scorers.places import Place

Token = tuple[int, int]
"""Start and end in code points; tokens without width, like `[CLS]`, have start == end."""


def marked_places(
    text: str, offsets: Sequence[Token], chances: Iterable[float], mark_at: float
) -> list[Place]:
    """Return the places of the words marked with at least `mark_at`, or else of the likeliest.

    Words are whole, and neighbours are one place. The most telling place comes first.
    """
    words = _words(text, offsets, chances)
    if not words:
        return []
    bar = min(mark_at, max(chance for _, chance in words))
    merged: list[tuple[Place, float]] = []
    for place, chance in (word for word in words if word[1] >= bar):
        if merged and not text[merged[-1][0].end : place.start].strip():
            before, best = merged.pop()
            merged.append((Place(before.start, place.end), max(best, chance)))
        else:
            merged.append((place, chance))
    return [place for place, _ in sorted(merged, key=lambda item: -item[1])]


def _words(
    text: str, offsets: Sequence[Token], chances: Iterable[float]
) -> list[tuple[Place, float]]:
    words: list[tuple[Place, float]] = []
    for (start, end), chance in zip(offsets, chances, strict=False):
        if end <= start:
            continue
        if words and words[-1][0].end == start and text[start - 1 : start + 1].isalnum():
            before, best = words.pop()
            words.append((Place(before.start, end), max(best, chance)))
        else:
            words.append((Place(start, end), chance))
    return words
