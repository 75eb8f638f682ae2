"""OpenAI's moderation endpoint: https://platform.openai.com/docs/api-reference/moderations."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from flask import Blueprint, Response, g, json, request
from werkzeug.exceptions import HTTPException

from service.compat.faults import note
from service.compat.json_bodies import NotJson, json_object
from service.compat.keys import bearer_key, site_of
from service.compat.openai_input import BadInput, texts_of
from service.context import ServiceContext
from service.http.analysis import AnalysisFailed, AnalysisUnavailable
from service.http.calls import current_context
from service.http.rates import TooOften
from store.database import StoreUnavailable
from store.ids import new_id
from store.records import Site
from workers.analysis import AnalysisOverloaded

PATIENCE_SECONDS = 10.0  # for what waits together; a long list may take longer
DEFAULT_MODEL = "omni-moderation-latest"
# Texts that wait for workers together: a batch of theirs, which slow scorers can do in time.
AT_ONCE, CHARACTERS_AT_ONCE = 64, 32_768
FLAGGED_FROM = 0.5
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

# Each category with the scores that it is the highest of; nothing here measures the others.
_CATEGORIES: Mapping[str, tuple[str, ...]] = {
    "harassment": ("insult", "toxicity"),
    "harassment/threatening": ("threat",),
    "hate": ("identity_attack",),
    "hate/threatening": (),  # of both `identity_attack` and `threat`: see `_category_scores`
    "illicit": (),
    "illicit/violent": (),
    "self-harm": (),
    "self-harm/instructions": (),
    "self-harm/intent": (),
    "sexual": ("sexual_explicit",),
    "sexual/minors": (),
    "violence": ("threat",),
    "violence/graphic": (),
}

openai = Blueprint("openai", __name__)


class OpenAiError(Exception):
    """A request that is answered with an `error` object."""

    def __init__(
        self, status: int, message: str, code: str | None = None, param: str | None = None
    ) -> None:
        self.status = status
        self.content = {"message": message, "type": _type(status), "param": param, "code": code}
        super().__init__(message)


@openai.route("/v1/moderations", methods=METHODS)
def moderate() -> Response:
    """Answer in which categories each text is, and how surely. Nothing is stored."""
    if request.method != "POST":
        raise OpenAiError(405, f"Not allowed to {request.method} on /v1/moderations.")
    context = current_context()
    site = _site(context)
    body = _body()
    texts = texts_of(body.get("input"), context.max_body_bytes)
    scores = _scores(context, site, texts)
    answer = {
        "id": "modr-" + new_id("").removeprefix("_"),
        "model": _model(body),
        "results": [_result(one) for one in scores],
    }
    return Response(json.dumps(answer), content_type="application/json")


def _site(context: ServiceContext) -> Site:
    key = bearer_key()
    if not key:
        raise OpenAiError(
            401, "You didn't provide an API key. Send it as `Authorization: Bearer KEY`."
        )
    site = site_of(context.keys, key)
    if site is None:
        raise OpenAiError(401, "Incorrect API key provided.", "invalid_api_key")
    return site


def _body() -> dict[str, object]:
    try:
        return json_object()
    except NotJson:
        message = "We could not parse the JSON body of your request: it must be one JSON object."
        raise OpenAiError(400, message) from None


def _model(body: Mapping[str, object]) -> str:
    model = body.get("model")
    if model is not None and not isinstance(model, str):
        raise OpenAiError(400, "Invalid type for 'model': expected a string.", None, "model")
    return model or DEFAULT_MODEL


def _scores(context: ServiceContext, site: Site, texts: list[str]) -> list[dict[str, float]]:
    """Return the scores of each text; of one without a visible character, none.

    A long list goes in batches, each of which may take all of the patience: so it is waited for
    while scores come, and no longer. One that found no place has its short wait for all of it, or
    a crowd of lists would take the threads that are left. Scorers remember what they scored, for
    whoever asks again.
    """
    found: list[dict[str, float]] = []
    batches = list(_batches(text for text in texts if text.strip()))
    with context.long_waits.up_to(PATIENCE_SECONDS, is_list=len(batches) > 1) as seconds:
        until = time.monotonic() + seconds
        for batch in batches:
            left = seconds if seconds == PATIENCE_SECONDS else until - time.monotonic()
            analyses = context.analyzer.analyze_all(site.id, batch, None, left)
            context.long_waits.answered()
            found.extend(analysis.scores for analysis in analyses)
    known = iter(found)
    return [next(known) if text.strip() else {} for text in texts]


def _batches(texts: Iterable[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    for text in texts:
        full = len(batch) == AT_ONCE or sum(map(len, batch)) + len(text) > CHARACTERS_AT_ONCE
        if batch and full:
            yield batch
            batch = []
        batch.append(text)
    if batch:
        yield batch


def _result(scores: Mapping[str, float]) -> dict[str, Any]:
    categories = _category_scores(scores)
    flags = {name: value >= FLAGGED_FROM for name, value in categories.items()}
    return {
        "flagged": any(flags.values()),
        "categories": flags,
        "category_scores": categories,
        "category_applied_input_types": {name: ["text"] for name in categories},
    }


def _category_scores(scores: Mapping[str, float]) -> dict[str, float]:
    if "toxicity" not in scores:  # a language that the scorer does not read: words are known
        scores = {**scores, "toxicity": scores.get("profanity", 0.0)}
    values = {
        name: max((scores.get(score, 0.0) for score in wanted), default=0.0)
        for name, wanted in _CATEGORIES.items()
    }
    both = (scores.get("identity_attack", 0.0), scores.get("threat", 0.0))
    return values | {"hate/threatening": min(both)}


def _type(status: int) -> str:
    if status == 429:  # noqa: PLR2004 - too many requests
        return "requests"
    return "server_error" if status >= 500 else "invalid_request_error"  # noqa: PLR2004 - classes


@openai.errorhandler(OpenAiError)
def _refused(error: OpenAiError) -> Response:
    body = json.dumps({"error": error.content})
    response = Response(body, error.status, content_type="application/json")
    if error.status in {429, 503}:
        response.headers["Retry-After"] = "2"
    return response


@openai.errorhandler(BadInput)
def _bad_input(error: BadInput) -> Response:
    return _refused(OpenAiError(400, str(error), error.code, "input"))


def _told(status: int, message: str, code: str | None = None) -> Callable[[Exception], Response]:
    def handle(error: Exception) -> Response:
        g.reason = type(error).__name__
        return _refused(OpenAiError(status, message, code))

    return handle


openai.register_error_handler(
    AnalysisOverloaded, _told(429, "Too many texts are waiting.", "rate_limit_exceeded")
)
for _error in (AnalysisUnavailable, AnalysisFailed, StoreUnavailable):
    openai.register_error_handler(_error, _told(503, "The text could not be scored in time."))


@openai.errorhandler(TooOften)
def _too_often(error: TooOften) -> Response:
    response = _told(429, "Rate limit reached. Try again later.", "rate_limit_exceeded")(error)
    response.headers["Retry-After"] = str(error.seconds)
    return response


@openai.errorhandler(HTTPException)
def _unreadable(error: HTTPException) -> Response:
    g.reason = error.name
    return _refused(OpenAiError(error.code or 400, f"The request could not be read: {error.name}."))


@openai.errorhandler(Exception)
def _fault(error: Exception) -> Response:
    note(error, "openai")
    return _refused(OpenAiError(503, "The server had an error while processing your request."))
