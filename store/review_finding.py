"""Finding in the queue: by label, rule, language and words, each of which has an index.

What few comments have is looked up, and then these few are put in order; what many have is met
soon by whoever walks along the queue. Either way a page costs the same in a queue of any length.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, FromClause, exists, false, select

from store.review_places import NAME_LENGTH, TagKind
from store.review_tables import review_tags
from store.review_words import MOST_ASKED, review_words, words_of
from store.tables import comments

FEW = 500  # comments


@dataclass(frozen=True)
class QueueFilter:
    """Which of a site's waiting comments. Empty fields ask for nothing.

    `score` is a score's name, and `least` (0..1) what it must have at least.
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


@dataclass(frozen=True)
class _Sought:
    """Rows of a table, with `site_id` and `comment_id`, of the comments that are sought."""

    table: FromClause
    conditions: Sequence[ColumnElement[bool]]

    def few(self, tx: Connection, site_id: str) -> list[str] | None:
        """Return the site's comments, or None where they are more than FEW."""
        ids = select(self.table.c.comment_id).where(self.table.c.site_id == site_id)
        found = tx.execute(ids.where(*self.conditions).limit(FEW + 1)).scalars().all()
        return list(dict.fromkeys(found)) if len(found) <= FEW else None

    @property
    def has(self) -> ColumnElement[bool]:
        """Whether a comment, met in the queue, is one of them."""
        return exists().where(self.table.c.comment_id == comments.c.id, *self.conditions)


def found_by(tx: Connection, site_id: str, wanted: QueueFilter) -> list[ColumnElement[bool]]:
    """Return the conditions of comments with the tags and the words that are wanted."""
    if wanted.text and not words_of(wanted.text):
        return [false()]  # nothing but punctuation
    sought = [*_tags(wanted), *_words(wanted)]
    conditions = [one.has for one in sought]
    for one in sought:
        if (few := one.few(tx, site_id)) is not None:
            # An empty list would be compared with every comment that waits.
            return [comments.c.id.in_(few), *conditions] if few else [false()]
    return conditions


def _tags(wanted: QueueFilter) -> Iterator[_Sought]:
    kinds: tuple[tuple[TagKind, str], ...] = (
        ("label", wanted.label),
        ("rule", wanted.rule),
        ("lang", wanted.lang.lower()),
    )
    tag = review_tags.c
    for kind, name in kinds:
        if name:
            yield _Sought(review_tags, (tag.kind == kind, tag.name == name[:NAME_LENGTH]))


def _words(wanted: QueueFilter) -> Iterator[_Sought]:
    word = review_words.c.word
    for begin in words_of(wanted.text)[:MOST_ASKED]:
        # All that begins so comes before what goes on with the highest character.
        yield _Sought(review_words, (word >= begin, word < begin + "\U0010ffff"))
