"""Known: the comment that the words of a form are already, and what was said of it."""

from dataclasses import dataclass

from sqlalchemy import Connection

from rules.comment import Comment
from service.compat.akismet.translation import PREFIX, guid_after
from service.compat.checks import outcome_of
from store.comments import content_of, find_comment, was_erased
from store.records import CommentRecord


@dataclass(frozen=True)
class Known:
    """What is on record under a guid; without a `record`, nothing.

    `content` is what the comment says, as it is kept. `erased`: these words were erased, and
    nobody has said them anew since.
    """

    guid: str
    record: CommentRecord | None
    content: Comment | None
    erased: bool

    def settles(self, comment: Comment, *, whole: bool) -> bool:
        """Whether a person's decision answers a check of `comment`, which no check undoes.

        A guid stands for words without their markup, so what was approved may come back with
        links that nobody has seen. A rejection stands however the same words are dressed.
        """
        if self.record is None or self.record.decision is None:
            return False
        if outcome_of(self.record).action == "reject":
            return True
        return whole and self.content is not None and shows_same(self.content, comment)


def known_by(tx: Connection, site_id: str, guid: str) -> Known:
    """Return what is on record of the words that `guid` stands for.

    What was erased does not come back: whoever says the same again says something new, under a
    guid of its own, by which retries and corrections find it.
    """
    erased = False
    record = find_comment(tx, site_id, PREFIX + guid)
    while record is not None and was_erased(tx, record):
        guid = guid_after(guid, record.id, site_id)
        record = find_comment(tx, site_id, PREFIX + guid)
        erased = record is None
    content = content_of(tx, record.id) if record is not None and record.decision else None
    return Known(guid, record, content, erased)


def shows_same(one: Comment, other: Comment) -> bool:
    """Whether readers get to see the same of both."""
    return _shown(one) == _shown(other)


def _shown(comment: Comment) -> tuple[list[str], str | None, str | None]:
    """Return what readers get to see, markup and all, but for white space."""
    return comment.body.split(), comment.author.name, comment.author.url
