"""JSON bodies of drop-in clients: read whatever their Content-Type says, or is missing."""

import json
from typing import TypeVar

from pydantic import BaseModel, ConfigDict
from pydantic_core import ErrorDetails

from service.compat.sent import sent_bytes

Body = TypeVar("Body", bound=BaseModel)


class NotJson(ValueError):
    """The body is no JSON object."""


def json_object() -> dict[str, object]:
    """Return the request's body; raise NotJson, or as `sent_bytes` does."""
    try:
        value = json.loads(sent_bytes())
    except (ValueError, RecursionError):
        raise NotJson from None
    if not isinstance(value, dict):
        raise NotJson
    return value


class Lenient(BaseModel):
    """Base of bodies in which fields that we do not know are fine."""

    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False)


def place(found: ErrorDetails) -> str:
    """Return where a fault is, as `comment.text`."""
    return ".".join(str(step) for step in found["loc"])
