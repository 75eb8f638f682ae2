"""Second opinions: `/second-opinions`, a decided comment before somebody who does not know how."""

from http import HTTPStatus

from flask import abort, redirect, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from service.review.cards import Card, make_card
from service.review.pages import page, render
from service.review.visits import Visit, current_visit
from store.biography import biography
from store.second_opinions import answer_question, next_question

second_opinions = page("second_opinions")


@second_opinions.get("/second-opinions")
def show() -> str:
    """Show the oldest question that this person can answer."""
    visit = current_visit()
    decision_id, card = visit.read(lambda tx: _next(tx, visit))
    return render("second.html", decision_id=decision_id, card=card)


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


def _next(tx: Connection, visit: Visit) -> tuple[str, Card | None]:
    asked = next_question(tx, visit.site.id, visit.account.email)
    life = biography(tx, visit.site.id, asked[1]) if asked else None
    if asked is None or life is None or life.comment is None:
        return "", None
    return asked[0], make_card(tx, visit, life.record, life.comment)
