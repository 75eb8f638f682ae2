"""Single sign-on: `/sign-in/provider` sends people to the identity provider, which sends them back.

In comes who has an account under the e-mail address that the provider has verified. Others are
turned away, unless the operator lets them join a site. From then on no password opens the account:
somebody else may have chosen it.
"""

import json
import secrets
from dataclasses import asdict
from datetime import datetime
from http import HTTPStatus

import structlog
from flask import abort, redirect, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from service.http.calls import current_context
from service.http.provider import Attempt, Provider, ProviderFault, ProviderSettings
from service.http.sessions import over_tls, set_session
from service.review.language import gettext as _
from service.review.pages import page
from service.review.sign_in import begin_session, next_page, sign_in_form
from store.accounts import Account, account_with_password
from store.audit import note_action
from store.people import NO_HASH, add_moderator, set_password
from store.sealing import WrongSecretKey
from store.sessions import end_other_sessions
from store.sites import find_site

COOKIE = "tactful_sign_in"
SECONDS = 600  # for signing in at the provider

single_sign_on = page("single_sign_on", anybody=True)

log = structlog.get_logger()


@single_sign_on.get("/sign-in/provider")
def leave() -> Response | tuple[str, int]:
    """Send the browser to the provider, with an attempt that only this browser can end."""
    attempt = Attempt(next_page())
    try:
        address = _provider().address(attempt, _callback())
    except ProviderFault as fault:
        return _failed(fault)
    response = redirect(address, HTTPStatus.SEE_OTHER)
    sealed = current_context().sealer.seal(json.dumps(asdict(attempt)))
    response.set_cookie(
        COOKIE,
        sealed,
        max_age=SECONDS,
        path=url_for("single_sign_on.leave"),
        secure=over_tls(),
        httponly=True,
        samesite="Lax",
    )
    return response


@single_sign_on.get("/sign-in/provider/return")
def arrive() -> Response | tuple[str, int]:
    """Start a session for who comes back from the provider."""
    context, provider = current_context(), _provider()
    try:
        attempt = _attempt()
        arrived = f"{_callback()}?{request.query_string.decode('ascii', 'replace')}"
        email = provider.email(attempt, _callback(), arrived)
    except ProviderFault as fault:
        return _failed(fault)
    now, browser = context.clock(), request.user_agent.string
    address = request.remote_addr or ""

    def begin(tx: Connection) -> str | None:
        account = _account(tx, email, provider.settings, now)
        if account is None:
            return None
        return begin_session(tx, account, browser, address, now, how="oidc")

    token = context.database.write(begin)
    if token is None:
        unknown = _("No account here has your e-mail address. Ask an admin to add it.")
        return sign_in_form(unknown), HTTPStatus.FORBIDDEN
    response = redirect(attempt.next, HTTPStatus.SEE_OTHER)
    response.delete_cookie(COOKIE, path=url_for("single_sign_on.leave"))
    set_session(response, token)
    return response


def _account(
    tx: Connection, email: str, settings: ProviderSettings, now: datetime
) -> Account | None:
    """Return the account of an address, made where newcomers may join; None: nobody's.

    Its password is taken away, with the sessions that may have begun by it.
    """
    found = account_with_password(tx, email)
    if found is None and settings.join and email.rpartition("@")[2] in settings.domains:
        site = find_site(tx, settings.join)
        if site is not None:
            add_moderator(tx, email, NO_HASH, site.id, "moderator", now)
            note_action(tx, site.id, email, "person.added", email, now, detail="moderator")
            found = account_with_password(tx, email)
    account, hashed = found or (None, NO_HASH)
    if account is not None and hashed != NO_HASH:
        set_password(tx, email, NO_HASH)
        end_other_sessions(tx, account.id)
    return account


def _provider() -> Provider:
    provider = current_context().provider
    if provider is None:
        abort(404, _("Single sign-on is not set up here."))
    return provider


def _callback() -> str:
    path = url_for("single_sign_on.arrive")
    return f"{'https' if over_tls() else 'http'}://{request.host}{path}"


def _attempt() -> Attempt:
    """Return the attempt that this browser began; raise ProviderFault."""
    try:
        opened = current_context().sealer.open(request.cookies.get(COOKIE, ""), SECONDS)
        attempt = Attempt(**json.loads(opened))
    except (WrongSecretKey, ValueError, TypeError) as error:
        raise ProviderFault("this browser began no attempt") from error
    if not secrets.compare_digest(attempt.state.encode(), request.args.get("state", "").encode()):
        raise ProviderFault("the state is another attempt's")
    return attempt


def _failed(fault: ProviderFault) -> tuple[str, int]:
    log.warning("single_sign_on_failed", reason=str(fault))
    return sign_in_form(_("Signing in there did not work. Try again.")), HTTPStatus.BAD_GATEWAY
