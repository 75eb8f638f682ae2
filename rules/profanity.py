"""Profanity in a comment by the packaged lists, as one policy wants it."""

from functools import lru_cache

from rules.document import Profanity
from rules.facts.language import detect
from rules.matching.hits import Hit
from rules.matching.matcher import find
from rules.matching.terms import ListFile, packaged_lists
from rules.matching.vocabulary import Vocabulary


@lru_cache(maxsize=1)
def lists() -> tuple[ListFile, ...]:
    """The packaged lists, read once."""
    return tuple(packaged_lists())


@lru_cache(maxsize=32)
def vocabulary(languages: tuple[str, ...], allowed: tuple[str, ...]) -> Vocabulary:
    """The index of the lists of some languages (all when none is named) but for allowed words."""
    wanted = [found for found in lists() if not languages or found.language in languages]
    terms = [term for found in wanted for term in found.terms]
    return Vocabulary(terms, allowed)


class ProfanityFilter:
    """Finds profanity as a policy's `profanity` section says."""

    def __init__(self, given: Profanity) -> None:
        languages = () if isinstance(given.languages, str) else tuple(sorted(given.languages))
        self._vocabulary = vocabulary(languages, tuple(sorted(given.allow)))
        self._off = frozenset(given.off)

    def hits(self, text: str, lang: str | None = None) -> list[Hit]:
        """The words found; those of another language than the text's only where they are sure."""
        found = [hit for hit in find(text, self._vocabulary) if hit.technique not in self._off]
        if not found:
            return found
        language = lang or detect(text)
        return [hit for hit in found if _speaks(hit, language)]


def _speaks(hit: Hit, language: str | None) -> bool:
    """Whether a hit counts in a text of this language (None: not known)."""
    if hit.term.own:
        return hit.term.language == language
    if hit.ambiguous and hit.term.language:
        return language in {None, hit.term.language}
    return True
