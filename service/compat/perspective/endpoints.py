"""Endpoints: scores for a text, suggestions of better ones, and the discovery document."""

import json
import time
from collections.abc import Callable
from functools import cache
from importlib import resources
from typing import Any

from flask import Blueprint, Response, g, request
from werkzeug.exceptions import HTTPException

from rules.facts.language import detect
from service.compat.faults import note
from service.compat.keys import bearer_key, site_of
from service.compat.perspective.errors import GoogleError, bad_key, no_key, refused, response_of
from service.compat.perspective.requests import AnalyzeRequest, SuggestRequest, read
from service.compat.perspective.scoring import attribute_scores, score
from service.compat.perspective.suggestions import note_suggestions
from service.http.analysis import AnalysisFailed, AnalysisUnavailable
from service.http.calls import current_context
from service.http.rates import TooOften
from store.database import StoreUnavailable
from store.records import Site
from workers.analysis import AnalysisOverloaded

PATIENCE_SECONDS = 0.7  # Coral gives up after 0.8 s
VERSION = "v1alpha1"
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

perspective = Blueprint("perspective", __name__)


@perspective.post("/v1alpha1/comments:analyze")
def analyze() -> Response:
    """Answer what a text scores."""
    site = _site()
    asked = read(AnalyzeRequest)
    text = asked.text()
    detected = _detected(asked, text)
    asked.check(list(asked.wanted()), detected)
    asked.check_types()
    scored = score(current_context().analyzer, site.id, asked, text, _remaining())
    answer = attribute_scores(asked, scored)
    answer |= {"languages": asked.languages or detected, "detectedLanguages": detected}
    return _json(answer | _token(asked))


@perspective.post("/v1alpha1/comments:suggestscore")
def suggest() -> Response:
    """Count that a score should have been another. Of the text nothing is stored."""
    site = _site()
    asked = read(SuggestRequest)
    text = asked.text()
    detected = _detected(asked, text)
    asked.check(list(asked.attribute_scores or {}), detected)
    note_suggestions(current_context(), site, asked, text, _remaining())
    answer = {"detectedLanguages": detected, "requestedLanguages": asked.languages or detected}
    return _json(answer | _token(asked))


@perspective.get("/$discovery/rest")
def discovery() -> Response:
    """Answer what Google's clients build themselves from; every address in it is our own."""
    if request.args.get("version", VERSION) != VERSION:
        raise GoogleError(404, "Discovery document not found for API service.")
    base = _own_address()
    document = _document() | {"rootUrl": base, "baseUrl": base}
    return _json(document)


@perspective.route("/v1alpha1/<path:method>", methods=METHODS)
def unknown(method: str) -> Response:
    """Refuse what is not a method of this service."""
    del method
    raise GoogleError(404, "Method not found.")


def _remaining() -> float:
    return float(g.started) + PATIENCE_SECONDS - time.monotonic()


def _site() -> Site:
    key = request.args.get("key") or request.headers.get("X-Goog-Api-Key") or bearer_key()
    if not key.strip():
        raise no_key()
    site = site_of(current_context().keys, key)
    if site is None:
        raise bad_key()
    return site


def _detected(asked: AnalyzeRequest | SuggestRequest, text: str) -> list[str]:
    """Return the language of a text; of one that is too short to tell, the one that was said."""
    return [detect(text) or next(iter(asked.languages or []), "en")]


def _token(asked: AnalyzeRequest | SuggestRequest) -> dict[str, str]:
    return {} if asked.client_token is None else {"clientToken": asked.client_token}


def _own_address() -> str:
    scheme = request.headers.get("X-Forwarded-Proto", request.scheme)
    host = request.headers.get("X-Forwarded-Host", request.host)
    return f"{'https' if scheme == 'https' else 'http'}://{host}/"


@cache
def _document() -> dict[str, Any]:
    file = resources.files("service.compat.perspective") / "discovery.json"
    document: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return document


def _json(content: dict[str, Any]) -> Response:
    return Response(json.dumps(content), content_type="application/json; charset=UTF-8")


def _told(code: int, message: str) -> Callable[[Exception], Response]:
    def handle(error: Exception) -> Response:
        g.reason = type(error).__name__
        return response_of(GoogleError(code, message))

    return handle


perspective.register_error_handler(GoogleError, response_of)
perspective.register_error_handler(
    AnalysisOverloaded, _told(429, "Too many texts are waiting for a score.")
)
for _error in (AnalysisUnavailable, AnalysisFailed, StoreUnavailable):
    perspective.register_error_handler(_error, _told(503, "The text could not be scored in time."))


@perspective.errorhandler(TooOften)
def _too_often(error: TooOften) -> Response:
    response = _told(429, "Quota exceeded. Try again later.")(error)
    response.headers["Retry-After"] = str(error.seconds)
    return response


@perspective.errorhandler(HTTPException)
def _unreadable(error: HTTPException) -> Response:
    g.reason = error.name
    if error.code == 413:  # noqa: PLR2004 - too large
        return response_of(refused("COMMENT_TOO_LONG", "Comment text too long."))
    return response_of(GoogleError(400, f"The request could not be read: {error.name}."))


@perspective.errorhandler(Exception)
def _fault(error: Exception) -> Response:
    note(error, "perspective")
    return response_of(GoogleError(503, "The service is currently unavailable."))
