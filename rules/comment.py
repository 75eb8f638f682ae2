"""A comment as a platform submits it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, JsonValue

METADATA_MAX_BYTES = 4096
CONTEXT_MAX_ITEMS = 50

Format = Literal["text", "html", "markdown"]


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
    encoded = json.dumps(metadata, ensure_ascii=False, allow_nan=False)
    size = len(_storable(encoded.replace("\\u0000", "\x00")).encode())
    if size > METADATA_MAX_BYTES:
        raise ValueError(f"must be at most {METADATA_MAX_BYTES} bytes of JSON, is {size}")
    return metadata


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be empty")
    return text


Text = Annotated[str, AfterValidator(_storable)]
Identifier = Annotated[Text, Field(min_length=1, max_length=255)]
ShortText = Annotated[Text, Field(max_length=1000)]
LongText = Annotated[Text, Field(max_length=20_000)]
Url = Annotated[Text, Field(max_length=4096)]
Language = Annotated[str, Field(max_length=35, pattern=r"^[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*$")]
CommentBody = Annotated[Text, AfterValidator(_not_blank)]


class Submitted(BaseModel):
    """Base of everything a caller submits: unknown fields are errors, types are exact."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class Author(Submitted):
    """Who wrote the comment, as far as the platform says."""

    id: Identifier | None = None
    name: ShortText | None = None
    email: ShortText | None = None
    url: Url | None = None
    ip: ShortText | None = None
    user_agent: ShortText | None = None
    role: ShortText | None = None
    created_at: AwareDatetime | None = None


class Thread(Submitted):
    """Where the comment stands."""

    url: Url | None = None
    title: ShortText | None = None
    published_at: AwareDatetime | None = None
    parent: Identifier | None = None
    context: Annotated[list[LongText], Field(max_length=CONTEXT_MAX_ITEMS)] = []


class Comment(Submitted):
    """A comment as submitted; only `body` is required."""

    external_id: Identifier | None = None
    type: ShortText = "comment"
    body: CommentBody
    format: Format = "text"
    lang: Language | None = None
    author: Author = Author()
    thread: Thread = Thread()
    posted_at: AwareDatetime | None = None
    metadata: Annotated[dict[str, JsonValue], AfterValidator(_small_metadata)] = {}

    def moments(self) -> Iterator[tuple[str, datetime]]:
        """Every time the caller gave, as (JSON pointer, time in UTC)."""
        given = (
            ("/posted_at", self.posted_at),
            ("/author/created_at", self.author.created_at),
            ("/thread/published_at", self.thread.published_at),
        )
        return ((pointer, moment.astimezone(UTC)) for pointer, moment in given if moment)

    def content(self) -> dict[str, Any]:
        """Everything that a change of makes an edit: all fields but the metadata."""
        return self.model_dump(mode="json", exclude={"metadata"})
