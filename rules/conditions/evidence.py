"""Where in the text a fact points: what makes an explanation more than a number."""

from rules.conditions.node import Evidence, no_evidence
from rules.facts.registry import Facts
from rules.matching.hits import Hit
from rules.verdict import Match

TEXT_FIELDS = frozenset({"text", "author.name", "author.email", "author.url", "thread.title"})
"""Facts that are fields as submitted, or the text: their places can be told."""


def match_of(hit: Hit, text: str, field: str = "body") -> Match:
    """Return a hit in a field as the verdict tells it."""
    return Match(
        field=field,
        start=hit.start,
        end=hit.end,
        text=text[hit.start : hit.end],
        term=hit.term.text,
        technique=hit.technique,
        confidence=round(hit.confidence, 2),
    )


def _profanity(facts: Facts) -> list[Match]:
    return [match_of(hit, facts.subject.body) for hit in facts.subject.profanity]


def _links(facts: Facts) -> list[Match]:
    body = facts.subject.body
    return [
        Match(
            field="body", start=link.start, end=link.end, text=body[link.start : link.end],
            term=link.domain,
        )
        for link in facts.subject.links
    ]  # fmt: skip


def listed(facts: Facts, name: str) -> list[Match]:
    """Return what a policy's own list found."""
    return facts.subject.listed(name)


def text_of(facts: Facts, name: str) -> tuple[str, str]:
    """Return the field, and its text as submitted, that a fact of TEXT_FIELDS is read from."""
    if name == "text":
        return "body", facts.subject.body
    return name, str(facts[name] or "")


def fact_evidence(name: str) -> Evidence:
    """Return the places that a fact is read from, for facts that have places."""
    if name.split(".", maxsplit=1)[0] == "profanity":
        return _profanity
    return _links if name.startswith("links.") else no_evidence
