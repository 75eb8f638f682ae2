"""One's own account: `/account`, how the pages look and act, the password, the sessions."""

from http import HTTPStatus
from typing import cast
from urllib.parse import parse_qsl, urlencode

from flask import redirect, request, url_for
from pydantic import ValidationError
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from service.http.proxies import sender_of
from service.review.keys import DEFAULTS, checked_keys
from service.review.language import gettext as _
from service.review.pages import page, problem_page, render
from service.review.sign_in import TOO_MANY
from service.review.visits import Visit, current_visit
from store.accounts import Preferences, Theme, keep_preferences
from store.own_figures import own_figures
from store.people import SHORTEST_PASSWORD, hash_password, set_password
from store.review import tag_names
from store.sessions import end_other_sessions, end_session, look_at_site, sessions_of
from store.sign_ins import SignInThrottled, check_password

MOST_FILTERS = 30

account = page("account", personal=True)


@account.get("/account")
def show() -> str:
    """Show what only this person sees: preferences, sessions, their own figures."""
    visit, person = current_visit(), current_visit().account.id
    sites = [one.site.id for one in visit.signed_in.memberships]
    return render(
        "account.html",
        defaults=DEFAULTS,
        labels=visit.read(lambda tx: tag_names(tx, visit.site.id, "label")),
        sessions=visit.read(lambda tx: sessions_of(tx, person, visit.now)),
        figures=visit.read(lambda tx: own_figures(tx, sites, visit.account.email, visit.now)),
        shortest=SHORTEST_PASSWORD,
    )


@account.post("/account/preferences")
def prefer() -> Response | tuple[str, int]:
    """Keep how the pages are to look and act."""
    visit, form = current_visit(), request.form
    try:
        wanted = Preferences(
            theme=cast("Theme", form.get("theme", "system")),  # pydantic checks it
            language=form.get("language", "")[:10],
            keys_on="keys_on" in form,
            keys=checked_keys({name: form.get(f"key-{name}", "") for name in DEFAULTS}),
            blur=[label[:200] for label in form.getlist("blur")][:100],
            hide_slurs="hide_slurs" in form,
            grey="grey" in form,
            filters=visit.preferences.filters,
            break_minutes=max(0, min(form.get("break_minutes", 50, type=int), 600)),
        )
    except ValidationError:
        return problem_page(422, _("Not kept"), _("The theme is system, light or dark."))
    except ValueError as error:
        return problem_page(422, _("Not kept"), str(error))
    visit.write(lambda tx: keep_preferences(tx, visit.account.id, wanted))
    return _back()


@account.post("/account/password")
def change_password() -> Response | tuple[str, int]:
    """Change the password, which ends all other sessions."""
    visit, form = current_visit(), request.form
    present, sender = form.get("password", ""), sender_of(request.environ)
    email, database = visit.account.email, visit.context.database
    try:
        # Counted as at sign-in: who sits down at a screen that was left open guesses no faster.
        known = check_password(database, email, present, sender, visit.now) is not None
    except SignInThrottled:
        return problem_page(429, _("Not changed"), _(TOO_MANY))
    if not known:
        return problem_page(403, _("Not changed"), _("The present password is another one."))
    if len(form.get("new_password", "")) < SHORTEST_PASSWORD:
        detail = _("The new password needs %d characters or more.") % SHORTEST_PASSWORD
        return problem_page(422, _("Not changed"), detail)
    hashed = hash_password(form["new_password"])
    visit.write(lambda tx: _set_password(tx, visit, hashed))
    return _back()


@account.post("/account/sessions")
def end() -> Response:
    """End a session of one's own."""
    visit, session = current_visit(), request.form.get("session", "")
    visit.write(lambda tx: end_session(tx, visit.account.id, session))
    return _back()


@account.post("/account/filters")
def save_filter() -> Response:
    """Save a filter of the queue under a name; without a query, forget the one of that name."""
    visit, form = current_visit(), request.form
    name = form.get("name", "").strip()[:40]
    query = urlencode(parse_qsl(form.get("query", "")[:1000]))
    filters = {key: value for key, value in visit.preferences.filters.items() if key != name}
    if name and query and len(filters) < MOST_FILTERS:
        filters[name] = query
    wanted = visit.preferences.model_copy(update={"filters": filters})
    visit.write(lambda tx: keep_preferences(tx, visit.account.id, wanted))
    return redirect(f"{url_for('queue.show')}?{query}", HTTPStatus.SEE_OTHER) if query else _back()


@account.post("/account/site")
def choose_site() -> Response:
    """Put another site in view."""
    visit, wanted = current_visit(), request.form.get("site", "")
    for membership in visit.signed_in.memberships:
        if membership.site.id == wanted:
            visit.write(lambda tx: look_at_site(tx, visit.signed_in.session_id, wanted))
    return redirect(url_for("queue.show"), HTTPStatus.SEE_OTHER)


def _set_password(tx: Connection, visit: Visit, hashed: str) -> None:
    set_password(tx, visit.account.email, hashed)
    end_other_sessions(tx, visit.account.id, kept=visit.signed_in.session_id)


def _back() -> Response:
    return redirect(url_for("account.show"), HTTPStatus.SEE_OTHER)
