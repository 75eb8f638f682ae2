"""The site's settings: `/site`, what is kept for how long, and what other services are told."""

import re
from http import HTTPStatus

from flask import redirect, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from service.review.language import gettext as _
from service.review.pages import page, problem_page, render
from service.review.visits import Visit, current_visit
from store.audit import note_action
from store.records import Site
from store.sites import (
    LONGEST_RETENTION,
    SHORTEST_CORAL_SECRET,
    coral_secret,
    keep_settings,
    set_coral_secret,
)

_DAYS = re.compile(r"[0-9]{1,5}")

site = page("site", admin=True)


@site.get("/site")
def show() -> str:
    """Show what can be chosen."""
    visit = current_visit()
    return render(
        "site.html",
        coral=visit.read(lambda tx: coral_secret(tx, visit.site.id)) is not None,
        longest=LONGEST_RETENTION,
        shortest=SHORTEST_CORAL_SECRET,
    )


@site.post("/site")
def change() -> Response | tuple[str, int]:
    """Keep what was chosen. What lets go of content must be said twice."""
    visit = current_visit()
    try:
        wanted = _wanted(visit.site)
    except ValueError:
        detail = _("Content is kept for 1 to %d days, or for good: then leave the field empty.")
        return problem_page(422, _("Not kept"), detail % LONGEST_RETENTION)
    secret = request.form.get("coral_secret", "").strip()
    if secret and len(secret) < SHORTEST_CORAL_SECRET:
        detail = _("A Coral secret has at least %d characters.") % SHORTEST_CORAL_SECRET
        return problem_page(422, _("Not kept"), detail)
    if _lets_go(visit.site, wanted) and "sure" not in request.form:
        detail = _("Content that is older would go within the hour, for good. Say so, too.")
        return problem_page(422, _("Not kept"), detail)
    sealed = visit.context.sealer.seal(secret) if secret else None
    forgotten = "no_coral" in request.form and not secret
    visit.write(lambda tx: _keep(tx, visit, wanted, sealed, forgotten=forgotten))
    return redirect(url_for("site.show"), HTTPStatus.SEE_OTHER)


def _wanted(present: Site) -> Site:
    """Return the site as the form has it; raise ValueError."""
    form = request.form
    days = form.get("retention_days", "").strip()
    if days and not (_DAYS.fullmatch(days) and 1 <= int(days) <= LONGEST_RETENTION):
        raise ValueError(days)
    chosen = {
        "on_timeout": form.get("on_timeout", present.on_timeout),
        "akismet_review": form.get("akismet_review", present.akismet_review),
        "keep_addresses": form.get("addresses") == "originals",
        "retention_days": int(days) if days else None,
    }
    return Site.model_validate({**present.model_dump(), **chosen})


def _lets_go(present: Site, wanted: Site) -> bool:
    """Whether content goes sooner than it would have."""
    if wanted.retention_days is None:
        return False
    return present.retention_days is None or wanted.retention_days < present.retention_days


def _keep(
    tx: Connection, visit: Visit, wanted: Site, sealed: str | None, *, forgotten: bool
) -> None:
    # Works on another thread where writes share commits, so nothing here asks for the request.
    before, after = visit.site.model_dump(), wanted.model_dump()
    changed = [f"{name}: {after[name]}" for name in after if after[name] != before[name]]
    if sealed or forgotten:
        set_coral_secret(tx, wanted.id, sealed)
        changed.append(f"coral_secret: {'replaced' if sealed else 'removed'}")
    if not changed:
        return
    keep_settings(tx, wanted)
    who, detail = visit.account.email, ", ".join(changed)
    note_action(tx, wanted.id, who, "site.changed", wanted.name, visit.now, detail=detail)
