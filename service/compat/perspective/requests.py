"""Requests: what a Perspective client asks, in the JSON of protocol buffers.

Names may be written as `requestedAttributes` or `requested_attributes`, numbers as texts, and
null means absent; an unknown name is an error (https://protobuf.dev/programming-guides/json/).
"""

import re
from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from service.compat.json_bodies import NotJson, json_object, place
from service.compat.perspective.attributes import is_attribute
from service.compat.perspective.errors import GoogleError, refused, wrong_language
from service.compat.texts import storable

MAX_BYTES = 20_480
MAX_ATTRIBUTES = 50  # more than there are; with their spans, 1,000 versions of one are 9 MB
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8}){0,3}")
_TYPES = frozenset({"PLAIN_TEXT", "HTML", "TEXT_TYPE_UNSPECIFIED"})
_SHOWN = 100  # characters of a name that an error repeats


def _absent(value: object) -> object:
    """Return an empty message for null, and for PHP's `[]`, which is how it writes one."""
    return {} if value is None or value == [] else value


def _listed(value: object) -> object:
    """Return a list of one for what should have been a list: Google's parser takes that."""
    return [value] if isinstance(value, str) else value


class Message(BaseModel):
    """Base of all messages."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        allow_inf_nan=False,  # a threshold of NaN would hold nothing
        alias_generator=to_camel,
        populate_by_name=True,
    )


class TextEntry(Message):
    """A text, and how it is written."""

    text: str | None = None
    type: str | None = None


class Parents(Message):
    """The other way to say what a comment answers."""

    article: TextEntry | None = None
    parent_comment: TextEntry | None = None


class Context(Message):
    """What a comment answers: either entries, or the article and its parent.

    Checked as Perspective checks it, and then left: every engine here scores a text by itself.
    """

    entries: list[TextEntry] | None = None
    article_and_parent_comment: Parents | None = None


class Parameters(Message):
    """How one attribute is wanted."""

    score_type: str | None = None
    score_threshold: float | None = None


Wanted = Annotated[Parameters, BeforeValidator(_absent)]


class About(Message):
    """What both requests say."""

    comment: TextEntry | None = None
    context: Annotated[Context, BeforeValidator(_absent)] | None = None
    languages: Annotated[list[str], BeforeValidator(_listed)] | None = None
    client_token: str | None = None
    session_id: str | None = None
    community_id: str | None = None

    def text(self) -> str:
        """Return the comment's text; raise GoogleError where there is none."""
        text = storable(self.comment.text or "") if self.comment else ""
        if not text.strip():
            raise refused("COMMENT_EMPTY", "Comment must be non-empty.")
        if len(text.encode()) > MAX_BYTES:
            raise refused("COMMENT_TOO_LONG", "Comment text too long.")
        return text

    def language(self) -> str | None:
        """Return the language that the text is said to be in; None where several are."""
        languages = self.languages or []
        return languages[0] if len(languages) == 1 else None

    def is_markup(self) -> bool:
        """Whether the text is HTML."""
        return self.comment is not None and self.comment.type == "HTML"

    def check(self, attributes: list[str], detected: list[str]) -> None:
        """Raise GoogleError for what Perspective refuses whatever the text is."""
        if not attributes:
            raise refused("NO_REQUESTED_ATTRIBUTES", "Missing requested_attributes")
        if len(attributes) > MAX_ATTRIBUTES:
            raise refused("INVALID_REQUEST", f"More than {MAX_ATTRIBUTES} requested attributes")
        for key in attributes:
            if not is_attribute(key):
                raise refused("INVALID_REQUEST", f"Unknown requested attribute: {key[:_SHOWN]}")
        if not all(_LANGUAGE.fullmatch(language) for language in self.languages or []):
            raise wrong_language(attributes[0], self.languages or [], detected)
        self._check_context()

    def _check_context(self) -> None:
        context = self.context or Context()
        if context.entries and context.article_and_parent_comment:
            raise refused(
                "INVALID_REQUEST", "Only one of entries and article_and_parent_comment may be set"
            )
        texts = [self.comment, *(context.entries or [])]
        if any(entry and entry.type and entry.type not in _TYPES for entry in texts):
            raise refused("INVALID_REQUEST", "Unknown text type")


class AnalyzeRequest(About):
    """`comments:analyze`. Nothing is ever stored, so `doNotStore` asks for what is done anyway."""

    requested_attributes: dict[str, Wanted] | None = None
    do_not_store: bool | None = None
    span_annotations: bool | None = None
    drop_unsupported_attributes: bool | None = None

    def wanted(self) -> dict[str, Parameters]:
        """Return {attribute as asked for: how}."""
        return self.requested_attributes or {}

    def check_types(self) -> None:
        """Raise GoogleError for a type of score that there is none of."""
        for key, parameters in self.wanted().items():
            if parameters.score_type not in {None, "PROBABILITY", "SCORE_TYPE_UNSPECIFIED"}:
                kind = str(parameters.score_type)[:_SHOWN]
                said = f"Requested score type {kind} is not supported by attribute {key[:_SHOWN]}"
                raise refused("INVALID_REQUEST", said)


class Score(Message):
    """A score that is suggested."""

    value: float | None = None
    type: str | None = None


class Span(Message):
    """A score that is suggested for a part of the text: taken, but only whole texts are counted."""

    begin: int | None = None
    end: int | None = None
    score: Score | None = None


class Suggested(Message):
    """What an attribute should have scored."""

    summary_score: Score | None = None
    span_scores: list[Span] | None = None


class SuggestRequest(About):
    """`comments:suggestscore`: what a score should have been."""

    attribute_scores: dict[str, Suggested] | None = None

    def suggested(self) -> dict[str, float]:
        """Return {attribute: what the whole text should score}; raise GoogleError."""
        found: dict[str, float] = {}
        for key, suggested in (self.attribute_scores or {}).items():
            value = suggested.summary_score.value if suggested.summary_score else None
            if value is not None and not 0 <= value <= 1:
                raise refused("INVALID_REQUEST", f"Score of {key[:_SHOWN]} is not in [0, 1]")
            if value is not None:
                found[key] = value
        return found


Request = TypeVar("Request", AnalyzeRequest, SuggestRequest)


def read(model: type[Request]) -> Request:
    """Return the request's body; raise GoogleError."""
    try:
        return model.model_validate(json_object())
    except NotJson:
        raise GoogleError(400, "Invalid JSON payload received.") from None
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)[0]
        raise _bad_field(found["type"] == "extra_forbidden", place(found)) from None


def _bad_field(unknown: bool, where: str) -> GoogleError:  # noqa: FBT001 - which of two
    cut = where[:_SHOWN]
    said = f'Unknown name "{cut}": Cannot find field.' if unknown else f"Invalid value at '{cut}'."
    violation = {"field": cut, "description": f"Invalid JSON payload received. {said}"}
    detail = {"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [violation]}
    return GoogleError(400, f"Invalid JSON payload received. {said}", [detail])
