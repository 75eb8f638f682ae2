"""A comment as a platform submits it."""

import contextlib
import hashlib
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    JsonValue,
)
from pydantic_core import CoreSchema

METADATA_MAX_BYTES = 4096
CONTEXT_MAX_ITEMS = 50
SPAM_SIGNALS = "spam_signals"
"""The member of a comment's `metadata` that holds `honeypot`, `seconds_to_submit`, `referrer`."""

Format = Literal["text", "html", "markdown"]
_MAX_MOMENT = 64
_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


class Pattern:
    """Says in the JSON schema what a validator checks, so that callers can know it."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern

    def __get_pydantic_json_schema__(
        self, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return handler(core) | {"pattern": self._pattern}


def _storable(text: str) -> str:
    """Refuse what no database stores: PostgreSQL has no NUL in text, UTF-8 no lone surrogate."""
    if "\x00" in text:
        raise ValueError("must not contain NUL characters")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError("must not contain lone surrogates") from error
    return text


def _small_metadata(metadata: dict[str, JsonValue]) -> dict[str, JsonValue]:
    for text in _texts(metadata):
        _storable(text)
    text = json.dumps(metadata, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    size = len(text.encode())
    if size > METADATA_MAX_BYTES:
        raise ValueError(f"must be at most {METADATA_MAX_BYTES} bytes of JSON, is {size}")
    return metadata


def _texts(value: JsonValue) -> Iterator[str]:
    """Every string in a JSON value, names of members too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, dict):
        yield from value
        for item in value.values():
            yield from _texts(item)


def _rfc_3339(value: object) -> object:
    """Read a text as a time. pydantic also takes Unix seconds, dates, and times to the minute."""
    if not isinstance(value, str):
        return value
    with contextlib.suppress(ValueError):
        if len(value) <= _MAX_MOMENT and _RFC_3339.fullmatch(value):
            return datetime.fromisoformat(value.upper())
    raise ValueError("must be a time as RFC 3339 writes it, with a zone")


def _in_calendar(moment: datetime) -> datetime:
    try:
        moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("must lie in the calendar's years in UTC too") from None
    return moment


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be empty")
    return text


Text = Annotated[str, AfterValidator(_storable), Pattern(r"^[^\u0000]*$")]
Identifier = Annotated[Text, Field(min_length=1, max_length=255)]
ShortText = Annotated[Text, Field(max_length=1000)]
LongText = Annotated[Text, Field(max_length=20_000)]
Url = Annotated[Text, Field(max_length=4096)]
Language = Annotated[str, Field(max_length=35, pattern=r"^[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*$")]
CommentBody = Annotated[
    Text, AfterValidator(_not_blank), Pattern(r"^[^\u0000]*[^\s\u0000][^\u0000]*$")
]
Moment = Annotated[AwareDatetime, BeforeValidator(_rfc_3339), AfterValidator(_in_calendar)]


def primary_language(tag: str) -> str:
    """Return the first part of a language tag, lower-case: `pt` of `pt-BR` and of `pt_BR`."""
    return tag.replace("_", "-").partition("-")[0].lower()


class Submitted(BaseModel):
    """Base of everything a caller submits: unknown fields are errors, types are exact."""

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, allow_inf_nan=False, hide_input_in_errors=True
    )


class Author(Submitted):
    """Who wrote the comment, as far as the platform says."""

    id: Identifier | None = Field(default=None, description="The platform's own id.")
    name: ShortText | None = None
    email: ShortText | None = None
    url: Url | None = None
    ip: ShortText | None = None
    user_agent: ShortText | None = None
    role: ShortText | None = Field(default=None, description="Such as `subscriber` or `editor`.")
    created_at: Moment | None = Field(default=None, description="When the account was made.")


class Thread(Submitted):
    """Where the comment stands."""

    url: Url | None = None
    title: ShortText | None = None
    published_at: Moment | None = None
    parent: Identifier | None = Field(
        default=None, description="The `external_id` of the comment that this one answers."
    )
    context: Annotated[list[LongText], Field(max_length=CONTEXT_MAX_ITEMS)] = Field(
        default=[], description="Earlier comments, as text."
    )


class Comment(Submitted):
    """A comment as submitted; only `body` is required."""

    external_id: Identifier | None = Field(
        default=None, description="The platform's own id; the same id again is an edit."
    )
    type: ShortText = "comment"
    body: CommentBody = Field(description="The text; not blank.")
    format: Format = Field(default="text", description="How the text is marked up.")
    lang: Language | None = Field(default=None, description="BCP 47, such as `en` or `pt-BR`.")
    author: Author = Author()
    thread: Thread = Thread()
    posted_at: Moment | None = Field(default=None, description="Not in the future.")
    metadata: Annotated[dict[str, JsonValue], AfterValidator(_small_metadata)] = Field(
        default={}, description="Given back as it came; up to 4 KiB of JSON."
    )

    def moments(self) -> Iterator[tuple[str, datetime]]:
        """Every time the caller gave, as (JSON pointer, time in UTC)."""
        given = (
            ("/posted_at", self.posted_at),
            ("/author/created_at", self.author.created_at),
            ("/thread/published_at", self.thread.published_at),
        )
        return ((pointer, moment.astimezone(UTC)) for pointer, moment in given if moment)


class Beginning(Comment):
    """The beginning of a comment that is too long to be taken in, and that nobody here reads whole.

    No caller submits one. `rest` is a digest of what was left out: with another end it is another
    comment.
    """

    rest: str


def begun(comment: Comment, rest: str) -> Comment:
    """Return the comment, as a Beginning where `rest`, which was left out, says anything."""
    words = " ".join(rest.split())
    if not words:
        return comment
    return Beginning(**dict(comment), rest=hashlib.sha256(words.encode()).hexdigest())


def rest_of(comment: Comment) -> str | None:
    """Return the digest of what was left out; None of a comment that is whole."""
    return comment.rest if isinstance(comment, Beginning) else None
