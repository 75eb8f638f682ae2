"""Appeals: `/appeals`, each with what was decided first and why, answered by somebody else."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import request
from sqlalchemy import Connection

from service.review.cards import Card, make_card
from service.review.pages import page, render
from service.review.visits import Visit, current_visit
from store.appeals import OpenAppeal, count_open, open_appeals
from store.biography import Biography, biography
from store.last_act import LastAct, act_with_id
from store.review import COUNT_CAP

SHOWN = 50
_START = (False, "")

appeals = page("appeals")


@dataclass(frozen=True)
class _Shown:
    """What the page shows: a part of the open appeals, and one comment in full."""

    count: int
    appeals: Sequence[OpenAppeal]
    further: OpenAppeal | None
    life: Biography | None
    card: Card | None
    act: LastAct | None


@appeals.get("/appeals")
def show() -> str:
    """Show the open appeals, the oldest first, and one of them in full."""
    visit, args = current_visit(), request.args
    after = ("own" in args, args.get("after", ""))
    shown = visit.read(lambda tx: _look(tx, visit, after, args.get("focus"), args.get("act")))
    spot = {name: args[name] for name in ("after", "own") if name in args}
    return render("appeals.html", shown=shown, spot=spot, act=shown.act)


def _look(
    tx: Connection, visit: Visit, after: tuple[bool, str], focus: str | None, act: str | None
) -> _Shown:
    site, email = visit.site.id, visit.account.email
    found = open_appeals(tx, site, email, after, limit=SHOWN + 1)
    if not found:  # others have answered what there was
        found = open_appeals(tx, site, email, _START, limit=SHOWN + 1)
    first = found[0].comment_id if found else None
    life = _open_life(tx, site, focus) or _open_life(tx, site, first)
    return _Shown(
        count=count_open(tx, site, COUNT_CAP),
        appeals=found[:SHOWN],
        further=found[SHOWN - 1] if len(found) > SHOWN else None,
        life=life,
        card=make_card(tx, visit, life.record, life.comment) if life and life.comment else None,
        act=act_with_id(tx, visit.account.id, act) if act else None,
    )


def _open_life(tx: Connection, site_id: str, comment_id: str | None) -> Biography | None:
    life = biography(tx, site_id, comment_id) if comment_id else None
    return life if life and life.appeal else None
