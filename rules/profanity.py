"""Profanity in a comment by the packaged lists, as one policy wants it."""

from functools import lru_cache

from rules.facts.language import detect, votes
from rules.loading.document import Profanity
from rules.matching.context import ELSEWHERE, is_a_name
from rules.matching.exceptions import Exceptions
from rules.matching.fold import normalise
from rules.matching.hits import Hit
from rules.matching.matcher import find
from rules.matching.terms import ListFile, packaged_lists
from rules.matching.vocabulary import Vocabulary

_FEWEST_VOTES = 0.6
_SHORT = 3
_SHORTISH = 6
_UNDISGUISED = frozenset({"plain", "look-alike", "joined"})  # or with accents: `douché`
_HIDDEN = frozenset({"spaced", "leet", "masked", "split", "stretched", "invisible"})
_MARKED_LANGUAGES = frozenset({"tr", "pl", "de"})  # where accents make other words


@lru_cache(maxsize=1)
def lists() -> tuple[ListFile, ...]:
    """Return the packaged lists, read once."""
    return tuple(packaged_lists())


@lru_cache(maxsize=1)
def packaged_tags() -> frozenset[str]:
    """Return every tag that a packaged word has."""
    return frozenset(tag for found in lists() for term in found.terms for tag in term.tags)


@lru_cache(maxsize=32)
def vocabulary(languages: tuple[str, ...]) -> Vocabulary:
    """Return the index of some languages, of all when none is named."""
    wanted = [found for found in lists() if not languages or found.language in languages]
    terms = [term for found in wanted for term in found.terms]
    return Vocabulary(terms)


class ProfanityFilter:
    """Finds profanity as a policy's `profanity` section says."""

    def __init__(self, given: Profanity) -> None:
        languages = () if isinstance(given.languages, str) else tuple(sorted(given.languages))
        self._vocabulary = vocabulary(languages)
        self._allowed = frozenset(map(normalise, given.allow))
        self._exceptions = Exceptions(given.allow)
        self._off = frozenset(given.without)

    def hits(self, text: str, lang: str | None = None) -> list[Hit]:
        """Return the words found that are no ordinary words of the text's language."""
        found = [hit for hit in find(text, self._vocabulary) if self._wanted(hit, text)]
        found = self._exceptions.without(found, text)
        if not found:
            return found
        speaks = _Tongue(text, lang)
        return [hit for hit in found if speaks.counts(hit)]

    def _wanted(self, hit: Hit, text: str) -> bool:
        """Return whether neither the word nor its technique is one that the site does not mind."""
        if hit.technique in self._off:
            return False
        words = {normalise(hit.term.text), normalise(text[hit.start : hit.end])}
        return self._allowed.isdisjoint(words)


def _needs_its_language(hit: Hit) -> bool:
    """Return whether a hit says nothing in a text that is not of its language.

    Such are words listed so, and short ones or ones written without their accents (`pic`).
    """
    if hit.term.own:
        return True
    if hit.term.language == "en" or hit.technique != "plain":
        return False
    if hit.term.text.isascii():
        return len(hit.term.text) <= _SHORT
    return (
        hit.term.language in _MARKED_LANGUAGES
        and not hit.accented
        and len(hit.term.text) <= _SHORTISH
    )


class _Tongue:
    """Which language a text is in, as far as it matters to its hits."""

    def __init__(self, text: str, lang: str | None) -> None:
        self._text = text
        self._votes = {lang: 9.0} if lang else votes(text)
        self._language = lang or detect(text)

    def counts(self, hit: Hit) -> bool:
        """Whether a hit counts: not if its word is an ordinary one of the text's language."""
        strange = hit.term.language != self._language and not self._is_likely(hit)
        if strange and (_needs_its_language(hit) or self._names(hit)):
            return False
        elsewhere = ELSEWHERE.get(hit.term.text.lower(), frozenset())
        if hit.technique in _UNDISGUISED and any(self._leads(language) for language in elsewhere):
            return False
        if hit.ambiguous and hit.term.language:
            return self._language in {None, hit.term.language}
        return True

    def _is_likely(self, hit: Hit) -> bool:
        """Whether a word is hidden in a text too short to tell, but that leans to its language."""
        return hit.technique in _HIDDEN and not self._language and self._leads(hit.term.language)

    def _names(self, hit: Hit) -> bool:
        """Whether a word of another language is written as a name is; German writes all so."""
        abroad = hit.term.language not in {"en", "", "de"}
        return abroad and hit.technique == "plain" and is_a_name(self._text, hit.start, hit.end)

    def _leads(self, language: str) -> bool:
        votes_for = self._votes.get(language, 0.0)
        return votes_for >= _FEWEST_VOTES and votes_for > self._votes.get("en", 0.0)
