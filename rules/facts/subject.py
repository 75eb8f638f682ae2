"""What facts are read from: the comment, its scores, its history and the time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Protocol

from rules.comment import Comment, primary_language
from rules.facts.hyperlinks import Link, links_of
from rules.facts.language import by_script, detect
from rules.history import History
from rules.matching.fold import GONE
from rules.matching.hits import Hit
from rules.matching.markup import shown
from rules.patterns import Watch, unwatched
from rules.promotion import promoted_domains
from rules.remembering import found_once
from rules.verdict import Match


class Finds(Protocol):
    """A policy's own list."""

    def matches(self, comment: Comment, links: Sequence[Link]) -> list[Match]:
        """Return what of the list the comment has."""


@dataclass
class Subject:
    """One comment under judgement. `now` is None when the caller gave no time.

    `watch` is asked before each search of the policy's own patterns.
    """

    comment: Comment
    scores: Mapping[str, float]
    history: History = field(default_factory=History)
    now: datetime | None = None
    profanity: list[Hit] = field(default_factory=list)
    lists: Mapping[str, "Finds"] = field(default_factory=dict)
    zone: tzinfo = UTC
    watch: Watch = unwatched
    _listed: dict[str, list[Match]] = field(default_factory=dict)

    def listed(self, name: str) -> list[Match]:
        """Return what the policy's own list of this name finds; looked up once."""
        if name not in self._listed:
            self._listed[name] = self.lists[name].matches(self.comment, self.links)
        return self._listed[name]

    @property
    def body(self) -> str:
        """The text as submitted."""
        return self.comment.body

    @found_once
    def shown(self) -> str:
        """The text as it is seen, padded with `GONE`: each character at its place of the body."""
        return shown(self.body)

    @found_once
    def visible(self) -> str:
        """The text without tags and with character references written out."""
        return self.shown.replace(GONE, "")

    @found_once
    def words(self) -> list[str]:
        """The visible text, cut at white space."""
        return self.visible.split()

    @found_once
    def links(self) -> Sequence[Link]:
        """Every link, in order of place."""
        return links_of(self.body)

    @found_once
    def promoted(self) -> tuple[str, ...]:
        """The domains that the comment promotes."""
        return promoted_domains(self.comment)

    @found_once
    def language(self) -> str | None:
        """ISO 639-1 code of the language: as the caller said, else as detected."""
        if self.comment.lang:
            return primary_language(self.comment.lang)
        return by_script(self.visible) or detect(self.visible)

    @found_once
    def moment(self) -> datetime | None:
        """When the comment was posted (or judged, where nobody said), in UTC."""
        moment = self.comment.posted_at or self.now
        return moment.astimezone(UTC) if moment and moment.tzinfo else moment

    @property
    def local(self) -> datetime | None:
        """The same moment as clocks of the policy's time zone show it."""
        moment = self.moment
        return moment.astimezone(self.zone) if moment and moment.tzinfo else moment

    def days_since(self, then: datetime | None) -> float | None:
        """Days from `then` to the comment; None when either is unknown."""
        if then is None or self.moment is None:
            return None
        return (self.moment - then.astimezone(UTC)).total_seconds() / 86400
