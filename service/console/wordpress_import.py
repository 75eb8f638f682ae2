"""A WordPress export's comments as past comments of a site, in batches.

A comment gets the id that the Akismet plugin's check of it would have, so one that was checked
here when it came is the same comment, and a later "Spam" in the blog finds it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from pydantic import ValidationError

from rules.comment import Comment, begun
from rules.verdict import EngineRef
from service.compat.akismet.form import Form
from service.compat.akismet.translation import comment_of, guid_of, text_of
from service.compat.texts import MAX_LONG, fit_body, short
from service.console.wxr import WxrComment, WxrInvalid
from store.database import Database
from store.imports import Imported, PastComment, import_comments
from store.kept_addresses import Keeping
from store.records import DecisionWord
from workers.careful_scoring import score_carefully
from workers.scorers.protocol import Scorer, Scores
from workers.spam.scoring import SpamShelf

BATCH = 200
NO_ENGINE = EngineRef(name="none", version="0")
_STATES: dict[str, DecisionWord] = {
    "1": "approve",
    "approve": "approve",
    "spam": "spam",
    "trash": "reject",
}
_FORM = {  # Akismet's name of what WordPress exports
    "comment_author": "comment_author",
    "comment_author_email": "comment_author_email",
    "comment_author_url": "comment_author_url",
    "comment_author_IP": "user_ip",
    "comment_content": "comment_content",
    "comment_date_gmt": "comment_date_gmt",
    "comment_id": "comment_ID",
    "comment_parent": "comment_parent",
    "comment_type": "comment_type",
    "comment_user_id": "user_id",
}


@dataclass
class Progress:
    """How far it is. `skipped` counts comments by why they were left out."""

    imported: Imported = field(default_factory=Imported)
    skipped: Counter[str] = field(default_factory=Counter)

    @property
    def read(self) -> int:
        """How many comments were read."""
        done = self.imported
        return done.new + done.changed + done.same + self.skipped.total()


@dataclass(frozen=True)
class Target:
    """Where the comments go, and with what they are scored; None: for spam only."""

    database: Database
    site_id: str
    scorer: Scorer | None
    max_body_bytes: int
    now: datetime
    keeping: Keeping
    spam: SpamShelf = field(default_factory=SpamShelf)


def import_all(
    target: Target, found: Iterable[WxrComment], tell: Callable[[Progress], None]
) -> Progress:
    """Import comments, a batch a transaction, telling after each how far it is.

    Raises StoreUnavailable and WxrInvalid; what was read before stays imported.
    """
    progress = Progress()
    for batch in _batches(found):
        past = [one for one in (_past(target, one, progress) for one in batch) if one is not None]
        _write(target, past, progress)
        tell(progress)
    return progress


def _batches(found: Iterable[WxrComment]) -> Iterator[list[WxrComment]]:
    batch: list[WxrComment] = []
    try:
        for one in found:
            batch.append(one)
            if len(batch) == BATCH:
                yield batch
                batch = []
    except WxrInvalid:
        yield batch
        raise
    yield batch


def _past(
    target: Target, found: WxrComment, progress: Progress
) -> tuple[Comment, datetime, DecisionWord] | None:
    try:
        past = past_comment(found, target)
    except ValidationError:
        progress.skipped["unreadable"] += 1
        return None
    progress.skipped["undecided"] += past is None
    return past


def past_comment(
    found: WxrComment, target: Target
) -> tuple[Comment, datetime, DecisionWord] | None:
    """Return a comment, when it was posted and what stands of it; None: nobody has decided.

    Raises ValidationError where it cannot be a comment.
    """
    word = _STATES.get(found.fields.get("comment_approved", ""))
    if word is None:
        return None
    form = _form(found)
    guid = guid_of(form, target.site_id)
    body, rest = fit_body(text_of(form), target.max_body_bytes)
    comment = comment_of(form, guid, body, target.now, markup=True)
    thread = comment.thread.model_copy(
        update={"title": short(found.post.get("title")), "published_at": _moment(found)}
    )
    comment = begun(comment.model_copy(update={"thread": thread}), rest)
    return comment, comment.posted_at or target.now, word


def _form(found: WxrComment) -> Form:
    fields = {name: found.fields.get(ours, "") for ours, name in _FORM.items()}
    fields |= {
        "blog": found.blog,
        "permalink": found.post.get("link", ""),
        "comment_post_ID": found.post.get("post_id", ""),
    }
    return Form({name: short(value, MAX_LONG * 100) or "" for name, value in fields.items()})


def _moment(found: WxrComment) -> datetime | None:
    try:
        moment = datetime.fromisoformat(found.post.get("post_date_gmt", ""))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _write(
    target: Target,
    batch: Sequence[tuple[Comment, datetime, DecisionWord]],
    progress: Progress,
) -> None:
    if not batch:
        return
    engine, scores = NO_ENGINE, list[Scores | None]([None] * len(batch))
    if target.scorer is not None:
        engine = target.scorer.engine
        scores = score_carefully(target.scorer, [comment.body for comment, _, _ in batch])
    spam = _spam_scores(target, [comment for comment, _, _ in batch])
    past = [
        PastComment(
            comment,
            at,
            word,
            {**(found or {}), "spam": spam_score},
            engine if found is not None else NO_ENGINE,
        )
        for (comment, at, word), found, spam_score in zip(batch, scores, spam, strict=True)
    ]
    progress.imported += target.database.write(
        lambda tx: import_comments(tx, target.site_id, past, target.keeping)
    )


def _spam_scores(target: Target, found: Sequence[Comment]) -> list[float]:
    """Return how likely spam these are, as if they came now: none of them has taught the model."""
    with target.database.read() as tx:
        model = target.spam.models(tx, {target.site_id})[target.site_id]
    return [model.suspect(comment).score for comment in found]
