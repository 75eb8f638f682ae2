"""Second opinions: `/second-opinions`, a decided comment before somebody who does not know how."""

from datetime import timedelta
from http import HTTPStatus

from flask import abort, redirect, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from service.review.cards import Card, make_card
from service.review.language import gettext as _
from service.review.pages import page, problem_page, render
from service.review.visits import Visit, current_visit
from store.audit import note_action
from store.biography import biography
from store.review_settings import choose_second_share, second_share
from store.second_opinions import agreement, answer_question, next_question

PERIOD = timedelta(days=90)  # whose agreement is shown

second_opinions = page("second_opinions")


@second_opinions.get("/second-opinions")
def show() -> str:
    """Show the oldest question that this person can answer, and how far people agree."""
    visit = current_visit()
    site, now = visit.site.id, visit.now
    decision_id, card = visit.read(lambda tx: _next(tx, visit))
    return render(
        "second.html",
        decision_id=decision_id,
        card=card,
        share=f"{visit.read(lambda tx: second_share(tx, site)) * 100:g}",
        agreement=visit.read(lambda tx: agreement(tx, site, now - PERIOD, now + PERIOD)),
    )


@second_opinions.post("/second-opinions")
def answer() -> Response:
    """Record what this person thinks, and go on with the next question."""
    visit, stands = current_visit(), request.form.get("stands", "")
    decision_id = request.form.get("decision", "")
    if stands not in {"yes", "no"}:
        abort(400)
    email = visit.account.email
    visit.write(
        lambda tx: answer_question(
            tx, visit.site.id, decision_id, email, visit.now, stands=stands == "yes"
        )
    )
    return redirect(url_for("second_opinions.show"), HTTPStatus.SEE_OTHER)


@second_opinions.post("/second-opinions/share")
def choose_share() -> Response | tuple[str, int]:
    """Choose what share of decisions a second person sees; for admins."""
    visit = current_visit()
    if not visit.is_admin:
        return problem_page(403, _("This is for admins"), _("Ask an admin of this site."))
    percent = request.form.get("share", -1.0, type=float)
    if not 0 <= percent <= 100:  # noqa: PLR2004 - percent
        return problem_page(422, _("Not kept"), _("A share is 0 to 100 percent."))

    def work(tx: Connection) -> None:
        choose_second_share(tx, visit.site.id, percent / 100)
        who, what = visit.account.email, "second-opinions.share"
        note_action(tx, visit.site.id, who, what, f"{percent:g} %", visit.now)

    visit.write(work)
    return redirect(url_for("second_opinions.show"), HTTPStatus.SEE_OTHER)


def _next(tx: Connection, visit: Visit) -> tuple[str, Card | None]:
    asked = next_question(tx, visit.site.id, visit.account.email)
    life = biography(tx, visit.site.id, asked[1]) if asked else None
    if asked is None or life is None or life.comment is None:
        return "", None
    return asked[0], make_card(tx, visit, life.record, life.comment)
