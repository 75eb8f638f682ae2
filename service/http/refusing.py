"""Faults: every exception of a request becomes a problem, and no word of it leaves us."""

import structlog
from flask import Flask, Response, g
from werkzeug.exceptions import HTTPException

from service.http.analysis import AnalysisFailed, AnalysisUnavailable
from service.http.backlog import BacklogFull
from service.http.problems import Refused, http_problem, problem_response
from service.http.rates import TooOften
from store.comments import CommentErased
from store.database import StoreUnavailable
from workers.analysis import AnalysisOverloaded
from workers.faults import told

_MEANINGS: dict[type[Exception], Refused] = {
    BacklogFull: Refused("backlog-full"),
    CommentErased: Refused("erased"),
    AnalysisOverloaded: Refused("overloaded"),
    AnalysisUnavailable: Refused("unavailable", "No worker scored the text in time."),
    AnalysisFailed: Refused("unavailable", "The scorer could not score this text."),
}

log = structlog.get_logger()


def answer_faults(app: Flask) -> None:
    """Have every exception answered as a problem."""
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(TooOften, _too_often)
    app.register_error_handler(StoreUnavailable, _unavailable)
    for exception, meaning in _MEANINGS.items():
        app.register_error_handler(exception, lambda _error, meaning=meaning: _refused(meaning))
    app.register_error_handler(Exception, _unexpected)


def _refused(refused: Refused) -> Response:
    g.reason = refused.slug
    return problem_response(refused)


def _too_often(error: TooOften) -> Response:
    return _refused(Refused("rate-limited", headers={"Retry-After": str(error.seconds)}))


def _http(error: HTTPException) -> Response:
    g.reason = error.name
    headers = {name: value for name, value in error.get_headers() if name == "Allow"}
    return http_problem(error.code or 500, headers)


def _unavailable(error: StoreUnavailable) -> Response:
    # The driver's words name the server and the file, never a value.
    log.warning("store_unavailable", reason=str(error)[:200])
    return _refused(Refused("unavailable"))


def _unexpected(error: Exception) -> Response:
    log_unexpected(error)
    return _refused(Refused("internal"))


def log_unexpected(error: Exception) -> None:
    """Log where it happened. Its message is left out: it may quote what was submitted."""
    log.error("request_failed", **told(error))
