"""How many texts this process remembers."""

from typing import Any, cast

from rules.facts.hyperlinks import links_of
from rules.matching.markup import shown
from rules.matching.reading import read
from rules.promotion import _promoted


def kept_texts() -> list[int]:
    """Return how many texts each of the caches holds."""
    caches = (links_of, shown, read, _promoted)
    return [cast("Any", cache).cache_info().currsize for cache in caches]
