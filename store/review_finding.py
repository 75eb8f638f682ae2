"""Finding in the queue: by label, rule, author, words and more, each of which has an index.

What few comments have is looked up, and then these few are put in order; what many have is met
by whoever looks along the queue (`store.review_looks`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select

from store.campaign_tables import sightings
from store.review_places import NAME_LENGTH, TagKind
from store.review_tables import review_tags
from store.review_words import LEAST_SCORE, MOST_ASKED, review_words, score_word, words_of
from store.tables import comments

FEW = 300  # comments that are looked up one by one; the queue is looked along otherwise


@dataclass(frozen=True)
class QueueFilter:
    """Which of a site's waiting comments. Empty fields ask for nothing.

    `score` is a score's name, and `least` (0..1) what it must have at least, LEAST_SCORE
    in any case.
    `fingerprint` is that of `rules.fingerprint`.
    """

    queue: str = ""
    label: str = ""
    rule: str = ""
    lang: str = ""
    author: str = ""
    score: str = ""
    least: float = 0.0
    text: str = ""
    fingerprint: str = ""
    campaign: str = ""

    @property
    def narrows(self) -> bool:
        """Whether anything but the queue is asked for."""
        asked = (self.label, self.rule, self.lang, self.author, self.score, self.text)
        return any((*asked, self.campaign))


@dataclass(frozen=True, eq=False)
class _Sought:
    """Something sought: rows of a table, each of a comment that has it.

    `site` is the rows' site where their index begins with it. Each has an alias of its own, so
    that two can be asked for in one query.
    """

    comment: ColumnElement[str]
    conditions: Sequence[ColumnElement[bool]]
    site: ColumnElement[str] | None = None

    def ids(self, site_id: str) -> Select[Any]:
        """Return the query of all that have it."""
        of_site = () if self.site is None else (self.site == site_id,)
        return select(self.comment).where(*of_site, *self.conditions)

    def had_by(self, comment: ColumnElement[str]) -> ColumnElement[bool]:
        """Whether one comment, met elsewhere, has it."""
        # `OFFSET 0`: looked up for one, where PostgreSQL would look for all first.
        rows = select(self.comment).where(self.comment == comment, *self.conditions)
        return rows.offset(0).exists()


@dataclass(frozen=True)
class Found:
    """How comments are found: those of `few`, None where they may be many, that have `others`."""

    few: Sequence[str] | None
    others: Sequence[_Sought]

    def met_by(self, comment: ColumnElement[str]) -> list[ColumnElement[bool]]:
        """Return the conditions that a comment has all else that is wanted."""
        return [other.had_by(comment) for other in self.others]


def found_by(tx: Connection, site_id: str, wanted: QueueFilter) -> Found:
    """Return how to find the comments that have all that is wanted."""
    if wanted.text and not words_of(wanted.text):
        return Found([], [])  # nothing but punctuation
    sought = [
        *_columns(wanted),
        *_campaigns(wanted),
        *_tags(wanted),
        *_words(wanted),
        *_scores(wanted),
    ]
    if not sought:
        return Found(None, [])
    least, rarest = min(zip(_counts(tx, site_id, sought), sought, strict=True), key=itemgetter(0))
    if least > FEW:
        return Found(None, sought)
    few = tx.execute(rarest.ids(site_id).limit(FEW)).scalars()
    others = [other for other in sought if other is not rarest]
    return Found(list(dict.fromkeys(few)), others)


def _counts(tx: Connection, site_id: str, sought: Sequence[_Sought]) -> Sequence[int]:
    """Return how many have each, but FEW + 1 at most."""
    rows = (one.ids(site_id).limit(FEW + 1).subquery() for one in sought)
    counts = (select(func.count()).select_from(each).scalar_subquery() for each in rows)
    return list(tx.execute(select(*counts)).one())


def _columns(wanted: QueueFilter) -> Iterator[_Sought]:
    for name in ("author", "fingerprint"):
        if value := getattr(wanted, name):
            own = comments.alias()
            column = own.c.author_id if name == "author" else own.c.fingerprint
            # As values: SQLite would rather read all that are scored than all of an author.
            status, action = (func.coalesce(of, "") for of in (own.c.status, own.c.action))
            waits = (status == "scored", action == "review")
            yield _Sought(own.c.id, (column == value, *waits), own.c.site_id)


def _campaigns(wanted: QueueFilter) -> Iterator[_Sought]:
    if wanted.campaign:
        seen = sightings.alias()
        yield _Sought(seen.c.comment_id, (seen.c.campaign_id == wanted.campaign,))


def _tags(wanted: QueueFilter) -> Iterator[_Sought]:
    kinds: tuple[tuple[TagKind, str], ...] = (
        ("label", wanted.label),
        ("rule", wanted.rule),
        ("lang", wanted.lang.lower()),
    )
    for kind, name in kinds:
        if name:
            tag = review_tags.alias().c
            conditions = (tag.kind == kind, tag.name == name[:NAME_LENGTH])
            yield _Sought(tag.comment_id, conditions, tag.site_id)


def _words(wanted: QueueFilter) -> Iterator[_Sought]:
    for begin in words_of(wanted.text)[:MOST_ASKED]:
        has = review_words.alias().c
        # All that begins so comes before what goes on with the highest character.
        conditions = (has.word >= begin, has.word < begin + "\U0010ffff")
        yield _Sought(has.comment_id, conditions, has.site_id)


def _scores(wanted: QueueFilter) -> Iterator[_Sought]:
    if wanted.score:
        has, least = review_words.alias().c, max(wanted.least, LEAST_SCORE)
        conditions = (
            has.word >= score_word(wanted.score, least),
            has.word <= score_word(wanted.score, 1.0),
        )
        yield _Sought(has.comment_id, conditions, has.site_id)
