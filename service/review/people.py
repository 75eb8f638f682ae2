"""People: `/people`, who moderates a site and what they may do; admins change it."""

import secrets
from http import HTTPStatus
from typing import cast, get_args

from flask import abort, redirect, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from service.review.language import N_
from service.review.language import gettext as _
from service.review.pages import page, problem_page, render
from service.review.visits import Visit, current_visit
from store.accounts import Member, members_of
from store.audit import note_action
from store.members import (
    LastAdmin,
    OfAnotherSite,
    give_role,
    put_out,
    refuse_last_admin,
    sign_out,
    take_in,
)
from store.people import PersonExists, Role, hash_password

people = page("people", admin=True)

_NOT_YOURS = {  # to be done to an account that other sites have, too
    "sign-out": N_("%s moderates other sites, too. Remove them here, or ask them to sign out."),
    "role": N_(
        "%s moderates other sites, too. Only who runs this service can make them an admin here:"
        " remove them, then `tactful moderator create EMAIL --site NAME --role admin`."
    ),
}


@people.get("/people")
def show() -> str:
    """List who moderates the site in view."""
    visit = current_visit()
    members = visit.read(lambda tx: members_of(tx, visit.site.id))
    return render("people.html", members=members, added=None)


@people.post("/people")
def add() -> str | tuple[str, int]:
    """Add a person, with a password that is shown once, to be handed over."""
    visit, email = current_visit(), request.form.get("email", "").strip().lower()
    role = _role()
    if "@" not in email or len(email) > 255:  # noqa: PLR2004 - the column's length
        return problem_page(
            422, _("That is no e-mail address"), _("Give one, such as ann@example.org.")
        )
    password = secrets.token_urlsafe(12)
    hashed = hash_password(password)

    def work(tx: Connection) -> None:
        take_in(tx, email, hashed, visit.site.id, role, visit.now)
        _note(tx, visit, "person.added", email, role)

    try:
        visit.write(work)
    except PersonExists:
        detail = _("%s moderates this site already.") % email
        return problem_page(409, _("Already here"), detail)
    except OfAnotherSite:
        detail = _(
            "Only who runs this service can let %s moderate this site, too:"
            " `tactful moderator create EMAIL --site NAME`."
        )
        return problem_page(409, _("An account of another site"), detail % email)
    members = visit.read(lambda tx: members_of(tx, visit.site.id))
    return render("people.html", members=members, added=(email, password))


@people.post("/people/<person_id>")
def change(person_id: str) -> Response | tuple[str, int]:
    """Give a member another role, end their sessions, or take them off the site."""
    visit, wish = current_visit(), request.form.get("wish", "")
    members = {one.id: one for one in visit.read(lambda tx: members_of(tx, visit.site.id))}
    if (member := members.get(person_id)) is None:
        abort(404, _("This site has no such person."))
    if wish not in {"role", "remove", "sign-out"}:
        abort(400)
    role = _role()
    try:
        visit.write(lambda tx: _grant(tx, visit, member, wish, role))
    except LastAdmin:
        detail = _("Make somebody else an admin first, or nobody could change this site.")
        return problem_page(409, _("The last admin"), detail)
    except OfAnotherSite:
        detail = _(_NOT_YOURS[wish])
        return problem_page(409, _("An account of another site"), detail % member.email)
    return redirect(url_for("people.show"), HTTPStatus.SEE_OTHER)


def _grant(tx: Connection, visit: Visit, member: Member, wish: str, role: Role) -> None:
    # Works on another thread where writes share commits, so nothing here asks for the request.
    if wish != "sign-out":
        refuse_last_admin(tx, visit.site.id, member.id)
    if wish == "role":
        give_role(tx, member.id, visit.site.id, role)
        _note(tx, visit, "person.role", member.email, role)
    elif wish == "remove":
        put_out(tx, member.id, visit.site.id)
        _note(tx, visit, "person.removed", member.email)
    else:
        sign_out(tx, member.id, visit.site.id)
        _note(tx, visit, "person.signed-out", member.email)


def _role() -> Role:
    role = request.form.get("role", "moderator")
    if role not in get_args(Role):
        abort(400)
    return cast("Role", role)


def _note(tx: Connection, visit: Visit, action: str, subject: str, detail: str = "") -> None:
    note_action(tx, visit.site.id, visit.account.email, action, subject, visit.now, detail=detail)
