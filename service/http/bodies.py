"""Request bodies: raw bytes in, a checked value out, every fault named by its place."""

import json
import re
from collections.abc import Sequence
from typing import TypeVar

from flask import request
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from werkzeug.exceptions import RequestEntityTooLarge

from service.http.problems import Fault, Refused
from service.http.replies import JSON

Body = TypeVar("Body", bound=BaseModel)

MAX_FAULTS = 20
MAX_POINTER = 300


def read_json(model: type[Body]) -> Body:
    """Return the request's body as `model`; raise Refused (400, 415, 422), or as `raw_body`."""
    expect_media_type(JSON)
    try:
        return model.model_validate_json(raw_body())
    except ValidationError as error:
        refused = refusal(error)
        named = _lone_surrogate(model) if refused.slug == "malformed-json" else None
        raise named or refused from None


def _lone_surrogate(model: type[BaseModel]) -> Refused | None:
    """Return the refusal that names the field of half a surrogate pair, if that is the fault.

    To pydantic's parser it is malformed JSON, and such a fault has a column but no field.
    """
    try:
        model.model_validate(json.loads(raw_body().decode()))
    except ValidationError as error:
        return refusal(error)
    except (ValueError, RecursionError):
        return None
    return None


def read_text(*media_types: str) -> str:
    """Return the request's body as text; raise Refused (400, 415), or as `raw_body`."""
    expect_media_type(*media_types)
    try:
        return raw_body().decode()
    except UnicodeDecodeError:
        raise Refused("malformed-json", "The body is not UTF-8.") from None


def raw_body() -> bytes:
    """Return the request's body; raise RequestEntityTooLarge.

    werkzeug refuses a large Content-Length, but cuts a chunked body off at the limit; the app's
    limit is one byte above what we take, so that a body that was cut can be told.
    """
    body = request.get_data()
    if request.max_content_length is not None and len(body) >= request.max_content_length:
        raise RequestEntityTooLarge
    return body


def expect_media_type(*media_types: str) -> None:
    """Refuse a body that is packed, or whose Content-Type is none of these."""
    if request.headers.get("Content-Encoding", "").strip().lower() not in {"", "identity"}:
        raise Refused(
            "unsupported-media-type",
            "Send the body as it is: no Content-Encoding (gzip, deflate, br, zstd) is read here.",
            headers={"Accept-Encoding": "identity"},
        )
    if request.mimetype not in media_types:
        expected = " or ".join(media_types)
        raise Refused("unsupported-media-type", f"Send the body as {expected}.")


def refusal(error: ValidationError, prefix: str = "") -> Refused:
    """Return the refusal that names what pydantic found, without a word of what was sent."""
    found = error.errors(include_url=False, include_context=True, include_input=False)
    if found[0]["type"] == "json_invalid":
        return Refused("malformed-json", f"{_message(found[0])}.")
    if any(one["type"] == "recursion_depth_exceeded" for one in found):
        return Refused("malformed-json")
    return Refused("invalid", errors=[_fault(one, prefix) for one in found[:MAX_FAULTS]])


def _fault(found: ErrorDetails, prefix: str) -> Fault:
    path = pointer(found["loc"])
    where = prefix + path.removeprefix("/") if prefix else path
    return Fault(pointer=where[:MAX_POINTER], detail=_message(found))


def pointer(path: Sequence[str | int]) -> str:
    """Return a path as a JSON pointer (RFC 6901)."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


_ID = re.compile(r"\^([a-z]{3}_)")  # how the pattern of an id begins


def _message(found: ErrorDetails) -> str:
    if found["type"] == "extra_forbidden":
        return "There is no field of this name."
    if found["type"] == "string_unicode":
        return "must not contain lone surrogates"
    context = found.get("ctx", {})
    if found["type"] in {"too_short", "string_too_short"} and context["min_length"] == 1:
        return "must not be empty"
    if found["type"] in {"too_long", "string_too_long"}:
        return f"must have a length of at most {context['max_length']}"
    if found["type"] == "string_pattern_mismatch" and (begin := _ID.match(context["pattern"])):
        return f"must be an id that was given out: `{begin.group(1)}…`"
    return found["msg"].removeprefix("Value error, ").removeprefix("Assertion failed, ")
