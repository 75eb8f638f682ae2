"""One comment: `/comments/{id}`, what it is and all that was said and done about it."""

from flask import abort, request
from sqlalchemy import Connection

from service.review.cards import Card, make_card
from service.review.language import gettext as _
from service.review.pages import page, render
from service.review.visits import Visit, current_visit
from store.biography import Biography, biography
from store.last_act import LastAct, act_with_id

comment = page("comment")


@comment.get("/comments/<comment_id>")
def show(comment_id: str) -> str:
    """Show a comment of the site in view."""
    visit, act_id = current_visit(), request.args.get("act")

    def find(tx: Connection) -> tuple[Biography, Card | None, LastAct | None] | None:
        life = biography(tx, visit.site.id, comment_id)
        act = act_with_id(tx, visit.account.id, act_id) if act_id else None
        return (life, _card(tx, visit, life), act) if life else None

    found = visit.read(find)
    if found is None:
        abort(404, _("This site has no such comment."))
    life, card, act = found
    return render("comment.html", life=life, card=card, act=act)


def _card(tx: Connection, visit: Visit, life: Biography) -> Card | None:
    """Return its card, unless it was erased."""
    if life.comment is None:
        return None
    return make_card(tx, visit, life.record, life.comment)
