"""Replies: what an endpoint answers, before it becomes bytes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from flask import Response
from pydantic import BaseModel

from workers.rings import QueueName

Content = TypeVar("Content", bound=BaseModel | str | None)

JSON = "application/json"


@dataclass(frozen=True)
class Reply(Generic[Content]):
    """An answer: a pydantic model (as JSON), a text of `media_type`, or nothing.

    `ring` names the doorbell to ring once the transaction that made this reply is committed.
    `comment_id` says whose content it holds, so that an erasure finds stored copies of it;
    `traceparent` is with what that comment came.
    """

    status: int
    content: Content
    location: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = JSON
    ring: QueueName | None = None
    comment_id: str | None = None
    traceparent: str | None = None

    def body(self) -> str:
        """Return the bytes to send, as text."""
        if isinstance(self.content, BaseModel):
            return self.content.model_dump_json()
        return str(self.content or "")

    def response(self) -> Response:
        """Return the Flask response."""
        response = Response(self.body(), self.status, headers=dict(self.headers))
        if self.content is None:
            response.headers.remove("Content-Type")
        else:
            response.content_type = self.media_type
        if self.location is not None:
            response.headers["Location"] = self.location
        return response
