"""Problems: every refusal and fault, as RFC 9457 `application/problem+json`.

A refusal is raised as `Refused(slug)` from anywhere below a request; `KINDS` is the catalogue,
which the documentation page lists.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Response
from pydantic import BaseModel, ConfigDict, Field, JsonValue
from werkzeug.http import HTTP_STATUS_CODES

MEDIA_TYPE = "application/problem+json"


class Fault(BaseModel):
    """One thing that is wrong with a request, and where."""

    model_config = ConfigDict(json_schema_extra={"additionalProperties": True})

    pointer: str = Field(
        description="JSON pointer (RFC 6901) into the body, or `?name` for a query parameter.",
        examples=["/author/id"],
    )
    detail: str = Field(description="What is wrong; never repeats what was sent.")
    line: int | None = Field(default=None, description="For a policy: the line, from 1.")
    column: int | None = Field(default=None, description="For a policy: the column, from 1.")


class Problem(BaseModel):
    """Why a request was refused, or failed (RFC 9457)."""

    type: str = Field(description="Which kind: a place on the documentation page.")
    title: str
    status: int
    detail: str
    errors: list[Fault] | None = None


@dataclass(frozen=True)
class Kind:
    """A kind of problem: its status, its title, and what is said where nothing better is."""

    status: int
    title: str
    detail: str
    headers: Mapping[str, str]


def _kind(status: int, title: str, detail: str, **headers: str) -> Kind:
    return Kind(status, title, detail, {k.replace("_", "-"): v for k, v in headers.items()})


KINDS: Mapping[str, Kind] = {
    "malformed-json": _kind(
        400, "The body is not JSON", "Send one JSON object, in UTF-8, nested less than 200 deep."
    ),
    "bad-header": _kind(400, "A header is malformed", "A header does not have the form it needs."),
    "unauthorized": _kind(
        401,
        "No valid key",
        "Send `Authorization: Bearer KEY` with a key of your site.",
        WWW_Authenticate='Bearer realm="tactful"',
    ),
    "not-found": _kind(404, "Not found", "There is nothing here that your key opens."),
    "method-not-allowed": _kind(
        405, "Method not allowed", "This address does not answer that method; see `Allow`."
    ),
    "conflict": _kind(409, "Conflict", "This cannot be done in the present state."),
    "erased": _kind(410, "Erased", "This comment was erased and does not come back."),
    "precondition-failed": _kind(
        412, "Changed in between", "Somebody changed this since you read it; read it again."
    ),
    "too-large": _kind(413, "Too large", "The request is larger than this service takes."),
    "unsupported-media-type": _kind(
        415,
        "Unsupported media type",
        "The body's Content-Type or Content-Encoding is not one that is read here.",
    ),
    "invalid": _kind(422, "The request is not valid", "See `errors`: each has a pointer."),
    "invalid-policy": _kind(
        422, "The policy is not valid", "See `errors`: each has a line and a column."
    ),
    "key-reused": _kind(
        422,
        "Idempotency key used before",
        "This Idempotency-Key came with another request within the last 24 hours.",
    ),
    "overloaded": _kind(
        429, "Too many at once", "Too many requests are waiting for a score.", Retry_After="2"
    ),
    "rate-limited": _kind(
        429, "Too often", "Too many requests of late; `Retry-After` says when the next may come."
    ),
    "internal": _kind(
        500, "Something went wrong here", "The fault is logged under this answer's X-Request-Id."
    ),
    "unavailable": _kind(
        503, "Not available now", "Nothing was stored. Try again in a moment.", Retry_After="2"
    ),
    "backlog-full": _kind(
        503,
        "Too many comments wait",
        "Nothing was stored: as many comments wait for a verdict as may. Try again later.",
        Retry_After="5",
    ),
}


class Refused(Exception):
    """A request that is answered with a problem of the kind `slug` (a key of KINDS)."""

    def __init__(
        self,
        slug: str,
        detail: str | None = None,
        *,
        errors: Sequence[Fault] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.kind = KINDS[slug]
        self.slug = slug
        self.detail = detail or self.kind.detail
        self.errors = list(errors)
        self.headers = {**self.kind.headers, **(headers or {})}
        super().__init__(slug)


def invalid(pointer: str, detail: str) -> Refused:
    """Return a refusal for one fault in the body or the query."""
    return Refused("invalid", errors=[Fault(pointer=pointer, detail=detail)])


def problem_response(refused: Refused) -> Response:
    """Return the answer that tells of a refusal."""
    kind = refused.kind
    problem = Problem(
        type=f"/docs#problem-{refused.slug}",
        title=kind.title,
        status=kind.status,
        detail=refused.detail,
        errors=refused.errors or None,
    )
    body = problem.model_dump_json(exclude_none=True)
    return Response(body, kind.status, headers=refused.headers, content_type=MEDIA_TYPE)


def http_problem(status: int, headers: Mapping[str, str]) -> Response:
    """Return the answer to what HTTP itself forbids, for a status that KINDS may not know."""
    slug = next((slug for slug, kind in KINDS.items() if kind.status == status), None)
    if slug is not None:
        return problem_response(Refused(slug, headers=headers))
    title = HTTP_STATUS_CODES.get(status, "Error")
    content: dict[str, JsonValue] = {"type": "about:blank", "title": title, "status": status}
    problem = Problem.model_validate({**content, "detail": title})
    return Response(
        problem.model_dump_json(exclude_none=True), status, headers, content_type=MEDIA_TYPE
    )
