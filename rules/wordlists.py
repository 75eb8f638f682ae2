"""A policy's own lists: what their words, domains and networks find in a comment."""

import re
from collections.abc import Iterator, Mapping, Sequence

from rules.comment import Comment
from rules.conditions.evidence import match_of
from rules.conditions.functions import in_networks
from rules.document import WordList
from rules.facts.hosts import domain_of, in_ascii
from rules.facts.hyperlinks import Link
from rules.matching.hits import Hit
from rules.matching.matcher import find
from rules.matching.terms import Term
from rules.matching.vocabulary import Vocabulary
from rules.verdict import Match

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

    def hits(self, text: str) -> list[Hit]:
        """Its words in one text."""
        if not self.terms:
            return []
        found = find(text, self.vocabulary)
        return [hit for hit in found if self.given.disguises or hit.technique == "plain"]

    def matches(self, comment: Comment, links: Sequence[Link]) -> list[Match]:
        """Everything of the list that the comment has, with its places."""
        return [
            *self._words(comment, links),
            *self._links(comment.body, links),
            *self._homes(comment),
            *self._address(comment),
        ]

    def _words(self, comment: Comment, links: Sequence[Link]) -> Iterator[Match]:
        for field in self.given.fields:
            place = "body" if field == "links" else field
            text = _field(comment, place)
            if text:
                read = _read(field, text, links)
                yield from (match_of(hit, text, place) for hit in self.hits(read))

    def _links(self, body: str, links: Sequence[Link]) -> Iterator[Match]:
        for link in links if self.domains else []:
            domain = self._listed(link.domain)
            if domain:
                text = body[link.start : link.end]
                yield Match(field="body", start=link.start, end=link.end, text=text, term=domain)

    def _homes(self, comment: Comment) -> Iterator[Match]:
        """Yield the author's own addresses in these domains, where the list looks at them."""
        for field in _ADDRESSES.intersection(self.given.fields if self.domains else ()):
            text = _field(comment, field)
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
        if not address or not self.given.networks:
            return
        for network in self.given.networks:
            if in_networks(address, (network,)):
                end = len(address)
                yield Match(field="author.ip", start=0, end=end, text=address, term=network)


def _field(comment: Comment, field: str) -> str | None:
    room, _, attribute = field.partition(".")
    value = getattr(comment, room)
    text: str | None = getattr(value, attribute) if attribute else value
    return text


def own_lists(given: Mapping[str, WordList]) -> dict[str, OwnList]:
    """Return the lists of a policy by name."""
    return {name: OwnList(name, words) for name, words in given.items()}
