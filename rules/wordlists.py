"""A policy's own lists: what their words, domains and networks find in a comment."""

import re
from collections.abc import Iterator, Mapping, Sequence
from operator import attrgetter
from typing import get_args

from rules.comment import Comment
from rules.conditions.evidence import match_of
from rules.conditions.functions import in_networks
from rules.facts.hosts import domain_of, in_ascii
from rules.facts.hyperlinks import Link
from rules.loading.document import FieldName, WordList
from rules.matching.exceptions import Exceptions
from rules.matching.hits import Hit
from rules.matching.matcher import find
from rules.matching.terms import Term
from rules.matching.vocabulary import Vocabulary
from rules.verdict import Match

_PLACES = {field: "body" if field == "links" else field for field in get_args(FieldName)}
_TEXT_OF = {place: attrgetter(place) for place in _PLACES.values()}
_ADDRESSES = frozenset({"author.email", "author.url"})
_SIGNS = re.compile(r"[\W_]")
_OPEN = {(True, False): "left", (False, True): "right", (True, True): "both"}


def _term(word: str, name: str, given: WordList) -> Term:
    wild = _OPEN.get((word.startswith("*"), word.endswith("*")), "")
    bare = word.strip("*").strip()
    return Term(
        bare, given.severity, frozenset(given.tags), listed=name, base=bare, wild=wild,
    )  # fmt: skip


def _read(field: str, text: str, links: Sequence[Link]) -> str:
    """Return what words are looked for in: of an address its words, each at its place.

    Prose is read without its addresses, so theirs are read apart, with blanks around.
    """
    if field in _ADDRESSES:
        return _SIGNS.sub(" ", text)
    if field != "links":
        return text
    chars = [" "] * len(text)
    for link in links:
        chars[link.start : link.end] = _SIGNS.sub(" ", text[link.start : link.end])
    return "".join(chars)


class OwnList:
    """One list of a policy, ready to look comments over with."""

    def __init__(self, name: str, given: WordList) -> None:
        self.name = name
        self.given = given
        self.terms = [_term(word, name, given) for word in given.words]
        self.domains = frozenset(in_ascii(domain_of(domain)) for domain in given.domains)
        self.vocabulary = Vocabulary(self.terms, given.except_, plain_only=True)
        self._exceptions = Exceptions(given.except_)

    @property
    def looks_at(self) -> frozenset[str]:
        """The fields that it is looked for in, all of them facts but `body` and `links`."""
        return frozenset([*self.given.fields, *(["author.ip"] if self.given.networks else [])])

    def hits(self, text: str) -> list[Hit]:
        """Its words in one text."""
        if not self.terms:
            return []
        found = self._exceptions.without(find(text, self.vocabulary), text)
        return [hit for hit in found if self.given.disguises or hit.technique == "plain"]

    def unfound(self) -> Iterator[int]:
        """Yield the places of words that are not found even in themselves: `bet365`, `c++`."""
        for at, term in enumerate(self.terms):
            size = len(term.text)
            found = self.hits(term.text)
            if not any(hit.term.text == term.text or hit.end - hit.start == size for hit in found):
                yield at

    def matches(self, comment: Comment, links: Sequence[Link]) -> list[Match]:
        """Everything of the list that the comment has, with its places."""
        found = self._words(comment, links)
        if self.domains:
            found += [*self._links(comment.body, links), *self._homes(comment)]
        if self.given.networks:
            found += self._address(comment)
        return found

    def _words(self, comment: Comment, links: Sequence[Link]) -> list[Match]:
        found: list[Match] = []
        for field in self.given.fields:
            place = _PLACES[field]
            text = _TEXT_OF[place](comment)
            if text:
                hits = self.hits(_read(field, text, links))
                found += [match_of(hit, text, place) for hit in hits]
        return found

    def _links(self, body: str, links: Sequence[Link]) -> Iterator[Match]:
        for link in links:
            domain = self._listed(link.domain)
            if domain:
                text = body[link.start : link.end]
                yield Match(field="body", start=link.start, end=link.end, text=text, term=domain)

    def _homes(self, comment: Comment) -> Iterator[Match]:
        """Yield the author's own addresses in these domains, where the list looks at them."""
        for field in _ADDRESSES.intersection(self.given.fields):
            text = _TEXT_OF[field](comment)
            domain = self._listed(domain_of(text)) if text else None
            if text and domain:
                yield Match(field=field, start=0, end=len(text), text=text, term=domain)

    def _listed(self, host: str) -> str | None:
        """Return the domain of the list that a host lies in."""
        parts = in_ascii(host).split(".")
        tails = (".".join(parts[at:]) for at in range(len(parts)))
        return next((tail for tail in tails if tail in self.domains), None)

    def _address(self, comment: Comment) -> Iterator[Match]:
        address = comment.author.ip
        if not address:
            return
        for network in self.given.networks:
            if in_networks(address, (network,)):
                end = len(address)
                yield Match(field="author.ip", start=0, end=end, text=address, term=network)


def own_lists(given: Mapping[str, WordList]) -> dict[str, OwnList]:
    """Return the lists of a policy by name."""
    return {name: OwnList(name, words) for name, words in given.items()}
