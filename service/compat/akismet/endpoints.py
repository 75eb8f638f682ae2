"""Endpoints: what an Akismet client may ask, and in which order it is answered."""

from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint, Response, g, request
from werkzeug.exceptions import HTTPException

from rules.comment import Comment, begun
from service.compat.akismet import activity
from service.compat.akismet.answers import (
    THANKS,
    TOO_LONG,
    held,
    invalid,
    too_often,
    unavailable,
    verdict,
    word,
)
from service.compat.akismet.callbacks import follow
from service.compat.akismet.caller import Caller, Invalid, caller_of, is_wordpress
from service.compat.akismet.conventions import fixed_outcome, honeypot_filled
from service.compat.akismet.form import NotText
from service.compat.akismet.known import Known, known_by
from service.compat.akismet.submissions import Submission, record_submission
from service.compat.akismet.translation import GUID, comment_of, guid_of, text_of
from service.compat.checks import Check, Outcome, outcome_of
from service.compat.faults import note
from service.compat.texts import MAX_IDENTIFIER, fit_body, short
from service.http.backlog import BacklogFull
from service.http.calls import current_context
from service.http.rates import TooOften
from store.comments import CommentErased
from store.records import TRAP, DecisionWord

PATIENCE_SECONDS = 0.7  # the `akismet` package of PyPI gives up after 1 s
WORDPRESS_PATIENCE_SECONDS = 2.0  # it waits for 15, and its reader with it
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]  # most to be refused our way

akismet = Blueprint("akismet", __name__)

View = TypeVar("View", bound=Callable[..., Response])


def _operation(name: str) -> Callable[[View], View]:
    """Return the decorator of what answers an operation, under both versions."""

    def register(view: View) -> View:
        for version in ("1.1", "1.2"):
            akismet.add_url_rule(f"/{version}/{name}", view_func=view, methods=METHODS)
        return view

    return register


@_operation("verify-key")
def verify_key() -> Response:
    """Answer whether a key is good."""
    caller = caller_of(request, current_context(), key_first=True)
    caller.require("blog")
    return word("valid")


@_operation("comment-check")
def comment_check() -> Response:
    """Answer whether a comment is spam, or abuse: `true`, `false`, or a word that holds it."""
    caller = caller_of(request, current_context())
    caller.require("blog", "user_ip")
    guid = guid_of(caller.form, caller.site.id)
    review, asks_again = caller.site.akismet_review, is_wordpress(request)
    if fixed := fixed_outcome(caller.form):
        return verdict(fixed, review, guid, asks_again=asks_again)
    with caller.context.database.read() as tx:
        known = known_by(tx, caller.site.id, guid)
    if known.erased and caller.form.get("recheck_reason"):  # nobody said anything anew
        return verdict(Outcome("review"), "hold", guid, asks_again=asks_again)
    return verdict(_judged(caller, known), review, known.guid, asks_again=asks_again)


@_operation("submit-spam")
def submit_spam() -> Response:
    """Take in that a comment was spam after all."""
    return _submission("spam")


@_operation("submit-ham")
def submit_ham() -> Response:
    """Take in that a comment was good after all."""
    return _submission("ham")


@_operation("deactivate")
def deactivate() -> Response:
    """Answer a blog that stops using the service; there is nothing to be switched off here."""
    caller_of(request, current_context())
    return word("deactivated")


@_operation("<path:operation>")
def unknown(operation: str) -> Response:
    """Answer the operations of the plugin's admin screens, which concern an account."""
    del operation
    return invalid("There is no such operation here.")


@_operation("usage-limit")
def usage_limit() -> Response:
    """Answer how much was used this month: there is no limit."""
    return activity.usage_limit(caller_of(request, current_context()))


@_operation("key-sites")
def key_sites() -> Response:
    """Answer which blogs used the site's key, and how much."""
    return activity.key_sites(caller_of(request, current_context()))


def _judged(caller: Caller, known: Known) -> Outcome:
    comment = _comment(caller, known.guid)
    if known.record is not None and known.settles(comment):
        return outcome_of(known.record)
    if honeypot_filled(caller.form):
        return _caught(caller, known.guid)
    patience = WORDPRESS_PATIENCE_SECONDS if is_wordpress(request) else PATIENCE_SECONDS
    check = Check(caller.context, caller.site, "akismet", patience)
    try:
        outcome = check.run(comment)
    except CommentErased:  # while it was on its way
        return Outcome("review")
    if not outcome.judged:
        follow(caller, known.guid)
    return outcome


def _caught(caller: Caller, guid: str) -> Outcome:
    """Record a comment that fell into the blog's own trap."""
    if not caller.form.flag("is_test"):
        comment = _comment(caller, guid)
        record_submission(caller.context, caller.site, Submission(comment, guid, "spam", TRAP))
    return Outcome("reject")


def _submission(said: DecisionWord) -> Response:
    caller = caller_of(request, current_context())
    caller.require("blog")
    given = caller.form.get("guid", "akismet_guid").lower()
    named = GUID.fullmatch(given) is not None
    guid = given if named else guid_of(caller.form, caller.site.id)
    if not caller.form.flag("is_test"):
        comment = _comment(caller, guid)
        actor = short(caller.form.get("reporter"), MAX_IDENTIFIER)
        shown = not named or bool(caller.form.get("comment_content"))
        submission = Submission(comment, guid, said, actor, shown=shown)
        record_submission(caller.context, caller.site, submission)
    return word(THANKS)


def _comment(caller: Caller, guid: str) -> Comment:
    body, rest = fit_body(text_of(caller.form), caller.context.max_body_bytes)
    now = caller.context.clock()
    return begun(comment_of(caller.form, guid, body, now, markup=is_wordpress(request)), rest)


def _publishes_else() -> bool:
    """Whether the client waits for a verdict, and may publish at any word but `true`."""
    return request.path.endswith("/comment-check") and not is_wordpress(request)


@akismet.errorhandler(Invalid)
def _invalid(refusal: Invalid) -> Response:
    return refusal.response


@akismet.errorhandler(TooOften)
def _too_often(error: TooOften) -> Response:
    g.reason = "rate-limited"
    return too_often(error.seconds, hold=_publishes_else())


@akismet.errorhandler(NotText)
def _not_text(error: NotText) -> Response:
    g.reason = error.name
    why = NotText.description
    return held(why) if _publishes_else() else invalid(why)


@akismet.errorhandler(HTTPException)
def _unreadable(error: HTTPException) -> Response:
    g.reason = error.name
    if error.code == 413 and _publishes_else():  # noqa: PLR2004 - its author's doing, not the blog's
        return held(TOO_LONG)
    return invalid(f"The request could not be read: {error.name}.")


@akismet.errorhandler(BacklogFull)
def _full(_error: BacklogFull) -> Response:
    g.reason = "backlog-full"
    return unavailable(hold=_publishes_else())


@akismet.errorhandler(Exception)
def _fault(error: Exception) -> Response:
    note(error, "akismet")
    return unavailable(hold=_publishes_else())
