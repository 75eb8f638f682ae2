"""Signing in and out: `/sign-in`, `/sign-out`."""

from datetime import datetime
from http import HTTPStatus
from urllib.parse import urlsplit

from flask import redirect, render_template, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from service.http.calls import current_context
from service.http.proxies import sender_of
from service.http.sessions import (
    clear_session,
    comes_from_here,
    is_meant,
    session_token,
    set_session,
    who_is_signed_in,
)
from service.review.language import N_
from service.review.language import gettext as _
from service.review.pages import page, problem_page
from store.accounts import Account, memberships_of
from store.audit import note_action
from store.sessions import end_session, session_id, start_session
from store.sign_ins import SignInThrottled, check_password

sign_in = page("sign_in", anybody=True)

WRONG = N_("This e-mail address and password do not belong together.")
TOO_MANY = N_("Too many failed attempts. Wait 15 minutes, then try again.")


@sign_in.get("/sign-in")
def show() -> Response | str:
    """Show the form, or the queue to whom is signed in."""
    context = current_context()
    if who_is_signed_in(context.database, context.clock()) is not None:
        return redirect(next_page(), HTTPStatus.SEE_OTHER)
    return sign_in_form()


@sign_in.post("/sign-in")
def check() -> Response | tuple[str, int]:
    """Start a session, or say that the password is wrong; which part is wrong is not said."""
    if not comes_from_here():
        return problem_page(403, _("This form came from another site"), _("Open this page itself."))
    context = current_context()
    email, password = request.form.get("email", ""), request.form.get("password", "")
    address, now = request.remote_addr or "", context.clock()
    try:
        account = check_password(context.database, email, password, sender_of(request.environ), now)
    except SignInThrottled:
        return sign_in_form(_(TOO_MANY), email), 429
    if account is None:
        return sign_in_form(_(WRONG), email), 401
    browser = request.user_agent.string
    token = context.database.write(lambda tx: begin_session(tx, account, browser, address, now))
    response = redirect(next_page(), HTTPStatus.SEE_OTHER)
    set_session(response, token)
    return response


@sign_in.post("/sign-out")
def leave() -> Response | tuple[str, int]:
    """End the session."""
    if not is_meant():
        return problem_page(403, _("This form is not from your session"), _("Open the page again."))
    context = current_context()
    signed_in = who_is_signed_in(context.database, context.clock())
    if signed_in is not None:
        session = session_id(session_token())
        context.database.write(lambda tx: end_session(tx, signed_in.account.id, session))
    response = redirect(url_for("sign_in.show"), HTTPStatus.SEE_OTHER)
    clear_session(response)
    return response


def begin_session(
    tx: Connection, account: Account, browser: str, address: str, now: datetime, how: str = ""
) -> str:
    """Start a session, note it in the log of each site that it opens, and return its token."""
    for membership in memberships_of(tx, account.id):
        site, who = membership.site.id, account.email
        note_action(tx, site, who, "person.signed-in", who, now, detail=how)
    return start_session(tx, account.id, browser, address, now)


def sign_in_form(fault: str = "", email: str = "") -> str:
    """Return the form, with what went wrong."""
    provider = current_context().provider
    name = provider.settings.name if provider else ""
    said = {"fault": fault, "email": email, "next": next_page(), "provider": name}
    return render_template("review/sign_in.html", **said)


def next_page() -> str:
    """Return where to go after signing in: a path of ours, never another site."""
    wanted = request.values.get("next", "")
    try:
        parts = urlsplit(wanted)
    except ValueError:  # `//[`: no address at all
        return url_for("queue.show")
    ours = wanted.startswith("/") and not parts.scheme and not parts.netloc and "\\" not in wanted
    return wanted if ours and not wanted.startswith("//") else url_for("queue.show")
