"""Known: the comment that the words of a form are already, and what was said of it."""

import re
from dataclasses import dataclass

from sqlalchemy import Connection

from rules.comment import Comment, rest_of
from rules.references import unescape
from service.compat.akismet.translation import PREFIX, TAG, guid_after
from service.compat.checks import outcome_of
from store.comments import content_of, find_comment, was_erased
from store.records import CommentRecord

# What a blog's own filters add to a link, take from it or write otherwise, and what says nothing.
_ADDED = re.compile(
    r"\srel\s*=\s*([\"']?)(?:(?:nofollow|ugc|noopener|noreferrer|external|sponsored)\s*)+\1(?=[\s/>])"
    r"|\starget\s*=\s*([\"']?)_(?:blank|self|parent|top)\2(?=[\s/>])",
    re.IGNORECASE,
)
_SILENT = re.compile(
    r"/?(?:a|abbr|b|blockquote|br|cite|code|del|div|em|h[1-6]|hr|i|ins|li|ol|p|pre|q|s|small|span"
    r"|strike|strong|sub|sup|u|ul)",
    re.IGNORECASE,
)
_EQUALS = re.compile(r" ?= ?")
_QUOTES = str.maketrans("", "", "\"'")


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

    def settles(self, comment: Comment) -> bool:
        """Whether a person's decision answers a check of `comment`, which no check undoes.

        A guid stands for words without their markup, so what was approved may come back with
        links that nobody has seen. A rejection stands however the same words are dressed.
        """
        if self.record is None or self.record.decision is None:
            return False
        if outcome_of(self.record).action == "reject":
            return True
        return self.content is not None and shows_same(self.content, comment)


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


def _shown(comment: Comment) -> tuple[list[str], str | None, str | None, str | None]:
    """Return what readers get to see, markup and all, but for white space."""
    return comment.body.split(), rest_of(comment), comment.author.name, comment.author.url


def reads_same(known: Comment, sent: Comment) -> bool:
    """Whether readers get to read the same, and links lead to the same, as far as `sent` tells.

    Blogs rewrite markup before they store it: quotes, entities, `rel="nofollow ugc"`.
    """
    if _read(known.body) != _read(sent.body) or rest_of(known) != rest_of(sent):
        return False
    if not tells_author(sent):
        return True
    return all(
        _read(one or "") == _read(other or "")
        for one, other in (
            (known.author.name, sent.author.name),
            (known.author.url, sent.author.url),
        )
    )


def tells_author(comment: Comment) -> bool:
    """Whether it tells what readers see of its author: without a URL, that there is none."""
    return bool(comment.author.name or comment.author.url)


def _read(text: str) -> tuple[list[str], list[str]]:
    """Return the words of a text, and what its tags tell beyond being there."""
    tags = filter(None, map(_told, TAG.findall(text)))
    return unescape(TAG.sub("", text)).split(), list(tags)


def _told(tag: str) -> str:
    inner = " ".join(_ADDED.sub("", tag)[1:-1].split()).removesuffix("/").rstrip()
    if _SILENT.fullmatch(inner):
        return ""
    return unescape(_EQUALS.sub("=", inner).translate(_QUOTES))
