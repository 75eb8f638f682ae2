"""Errors as Google's services tell them (google.rpc.Status in JSON)."""

from collections.abc import Mapping
from typing import Any

from flask import Response, json

_DETAIL = "type.googleapis.com/google.commentanalyzer.v1alpha1.Error"
_STATUS = {
    400: "INVALID_ARGUMENT",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    503: "UNAVAILABLE",
}
DOMAIN = "googleapis.com"


class GoogleError(Exception):
    """A request that is answered with an `error` object."""

    def __init__(
        self, code: int, message: str, details: list[dict[str, Any]] | None = None
    ) -> None:
        self.code = code
        self.message = message
        self.details = details or []
        super().__init__(message)


def refused(kind: str, message: str, **more: Mapping[str, Any]) -> GoogleError:
    """Return the error of a request that Perspective would refuse; `kind` is its errorType."""
    return GoogleError(400, message, [{"@type": _DETAIL, "errorType": kind, **more}])


def wrong_language(attribute: str, languages: list[str], detected: list[str]) -> GoogleError:
    """Return the error for a language that is none."""
    said = f"Attribute {attribute} does not support request languages: {', '.join(languages)}"
    found = {
        "detectedLanguages": detected,
        "requestedLanguages": languages,
        "attribute": attribute,
    }
    return refused(
        "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE", said, languageNotSupportedByAttributeError=found
    )


def bad_key() -> GoogleError:
    """Return the error for a key that opens nothing."""
    info = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "API_KEY_INVALID",
        "domain": DOMAIN,
        "metadata": {"service": "commentanalyzer.googleapis.com"},
    }
    return GoogleError(400, "API key not valid. Please pass a valid API key.", [info])


def no_key() -> GoogleError:
    """Return the error for a request without a key."""
    return GoogleError(
        403,
        "Method doesn't allow unregistered callers (callers without established identity)."
        " Please use API Key or other form of API consumer identity to call this API.",
    )


def response_of(error: GoogleError) -> Response:
    """Return the answer that tells of an error."""
    content: dict[str, Any] = {
        "code": error.code,
        "message": error.message,
        "status": _STATUS.get(error.code, "UNKNOWN"),
    }
    if error.details:
        content["details"] = error.details
    response = Response(
        json.dumps({"error": content}),
        error.code,
        content_type="application/json; charset=UTF-8",
    )
    if error.code in {429, 503}:
        response.headers["Retry-After"] = "2"
    return response
