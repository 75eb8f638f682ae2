"""Pages: what all of them have in common, from who may see them to how their faults look."""

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import structlog
from flask import (
    Blueprint,
    Response,
    abort,
    g,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from jinja2 import Environment
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from service.http.calls import current_context
from service.http.refusing import log_unexpected
from service.http.sessions import is_meant, site_meant, who_is_signed_in
from service.review.filters import register_filters
from service.review.keys import DEFAULTS, keys_of
from service.review.language import N_, speak
from service.review.language import gettext as _
from service.review.script_words import script_words
from service.review.visits import current_visit, visit_of
from store.database import StoreUnavailable

# No inline script or style, nothing from elsewhere, no eval: what a comment says cannot run.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SAFE = frozenset({"GET", "HEAD"})
UNASKED = frozenset({"live.counts", "live.listen", "queue.claims"})  # by any page that is open

_NAMES = {400: N_("This makes no sense here"), 404: N_("Not found")}

log = structlog.get_logger()


def page(
    name: str, *, admin: bool = False, anybody: bool = False, personal: bool = False
) -> Blueprint:
    """Return a page's blueprint: guarded, unless it is for `anybody`, and strict about scripts.

    A `personal` page changes the same whatever site is in view.
    """
    blueprint = Blueprint(name, __name__)
    blueprint.before_request(_refuse_nul)
    if not anybody:
        blueprint.before_request(_guard)
    if not anybody and not personal:
        blueprint.before_request(_refuse_other_site)
    if admin:
        blueprint.before_request(_refuse_moderators)
    blueprint.after_request(_protect)
    blueprint.record_once(lambda state: _prepare(state.app.jinja_env))
    blueprint.register_error_handler(HTTPException, _http)
    blueprint.register_error_handler(StoreUnavailable, _unavailable)
    blueprint.register_error_handler(Exception, _unexpected)
    return blueprint


def _prepare(environment: Environment) -> None:
    register_filters(environment)
    speak(environment)


def render(template: str, **values: Any) -> str:  # noqa: ANN401 - a template's own values
    """Return a page of the signed-in person."""
    visit = current_visit()
    keys = keys_of(visit.preferences)
    shared = {"visit": visit, "keys": keys, "all_keys": DEFAULTS, "path": request.path}
    shared["words"] = script_words()
    return render_template(f"review/{template}", **shared, **values)


def problem_page(status: int, title: str, detail: str) -> tuple[str, int]:
    """Return a page that says what went wrong and what can be done."""
    visit = g.get("visit")
    keys = keys_of(visit.preferences) if visit else {}
    said = {"status": status, "title": title, "detail": detail, "path": request.path}
    said["words"] = script_words()
    return render_template("review/problem.html", visit=visit, keys=keys, **said), status


def wants_json() -> bool:
    """Whether a script asks, which shows the answer itself."""
    return request.accept_mimetypes.best == "application/json"


def _refuse_nul() -> None:
    """Refuse the one character that PostgreSQL holds in no text."""
    values = [*request.args.items(multi=True), *request.form.items(multi=True)]
    texts = (request.path, *(text for pair in values for text in pair))
    if any("\0" in text for text in texts):
        abort(HTTPStatus.BAD_REQUEST)


def _guard() -> AnyResponse | tuple[str, int] | None:
    """Let in who is signed in and, where something changes, means it."""
    context = current_context()
    used = request.endpoint not in UNASKED
    signed_in = who_is_signed_in(context.database, context.clock(), used=used)
    if signed_in is None:
        return _to_sign_in()
    if request.method not in SAFE and not is_meant():
        detail = _("Open the page again and repeat what you did; nothing was changed.")
        return problem_page(403, _("This form is not from your session"), detail)
    visit = visit_of(context, signed_in)
    if visit is None:
        detail = _("An admin can add you: `tactful moderator create EMAIL --site NAME`.")
        return problem_page(403, _("You moderate no site"), detail)
    g.visit = visit
    structlog.contextvars.bind_contextvars(site=visit.site.name)
    return None


def _refuse_other_site() -> tuple[str | Response, int] | None:
    """Do nothing to the site in view that was meant for another: two tabs share the view."""
    site = current_visit().site
    if request.method in SAFE or site_meant() == site.id:
        return None
    if wants_json():
        return jsonify(other_site=site.name), HTTPStatus.CONFLICT
    detail = _("That page was of another site, so nothing was done. Now you look at %s.")
    return problem_page(409, _("You look at another site now"), detail % site.name)


def _refuse_moderators() -> tuple[str, int] | None:
    if current_visit().is_admin:
        return None
    return problem_page(403, _("This page is for admins"), _("Ask an admin of this site."))


def _to_sign_in() -> AnyResponse:
    """Send to the sign-in page and back again; a script is told, so that it can go there."""
    target = url_for("sign_in.show")
    if request.method in SAFE and not request.headers.get("HX-Request"):
        query = urlencode({"next": request.full_path.rstrip("?")})
        return redirect(f"{target}?{query}", HTTPStatus.SEE_OTHER)
    if wants_json() or request.headers.get("HX-Request"):
        return Response(status=HTTPStatus.UNAUTHORIZED, headers={"HX-Redirect": target})
    return redirect(target, HTTPStatus.SEE_OTHER)


def _protect(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    # Of our own pages only: without it a browser would call our own forms' origin `null`.
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def _http(error: HTTPException) -> tuple[str, int]:
    g.reason = error.name
    title = _(_NAMES.get(error.code or 0, error.name))
    return problem_page(error.code or 500, title, error.description or "")


def _unexpected(error: Exception) -> tuple[str, int]:
    log_unexpected(error)
    return problem_page(
        500, _("Something went wrong here"), _("It is logged as %s.") % g.request_id
    )


def _unavailable(error: StoreUnavailable) -> tuple[str, int]:
    log.warning("store_unavailable", reason=str(error)[:200])
    detail = _("The database does not answer. Nothing was changed; try again in a moment.")
    return problem_page(503, _("Not available now"), detail)
