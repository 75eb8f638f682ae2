"""The site's keys: `/keys`, each replaced by a new one that is shown once."""

from typing import cast, get_args

from flask import abort, request
from sqlalchemy import Connection

from service.review.pages import page, render
from service.review.visits import current_visit
from store.audit import note_action
from store.site_keys import list_keys
from store.sites import KeyKind, rotate_key

site_keys = page("site_keys", admin=True)


@site_keys.get("/keys")
def show() -> str:
    """Show since when the keys are in use."""
    visit = current_visit()
    found = visit.read(lambda tx: list_keys(tx, visit.site.id))
    return render("keys.html", found=found, fresh=None)


@site_keys.post("/keys")
def renew() -> str:
    """Replace the key of a kind; the old one opens nothing from now on."""
    visit, kind = current_visit(), request.form.get("kind", "")
    if kind not in get_args(KeyKind):
        abort(400)

    def work(tx: Connection) -> str:
        who, what = visit.account.email, "key.renewed"
        note_action(tx, visit.site.id, who, what, kind, visit.now)
        return rotate_key(tx, visit.site.id, cast("KeyKind", kind), visit.now)

    fresh = visit.write(work)
    found = visit.read(lambda tx: list_keys(tx, visit.site.id))
    return render("keys.html", found=found, fresh=fresh)
