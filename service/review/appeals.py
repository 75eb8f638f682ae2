"""Appeals: `/appeals`, each with what was decided first and why, answered by somebody else."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import request
from sqlalchemy import Connection

from service.review.cards import Card, make_card
from service.review.pages import page, render
from service.review.visits import Visit, current_visit
from store.appeals import Appeal, open_appeals
from store.biography import Biography, biography
from store.last_act import act_with_id

SHOWN = 50

appeals = page("appeals")


@dataclass(frozen=True)
class _Open:
    """An open appeal with the comment it is about."""

    appeal: Appeal
    life: Biography
    card: Card | None

    def is_own(self, email: str) -> bool:
        """Whether it is against a decision of this person, who must not answer it."""
        decision = self.life.record.decision
        return decision is not None and decision.actor == email


@appeals.get("/appeals")
def show() -> str:
    """Show the open appeals, the oldest first, and one of them in full."""
    visit, wanted, act_id = current_visit(), request.args.get("focus"), request.args.get("act")
    found, chosen = visit.read(lambda tx: _look(tx, visit, wanted))
    act = visit.read(lambda tx: act_with_id(tx, visit.account.id, act_id)) if act_id else None
    return render("appeals.html", appeals=found, chosen=chosen, act=act)


def _look(
    tx: Connection, visit: Visit, wanted: str | None
) -> tuple[Sequence[Appeal], _Open | None]:
    found = open_appeals(tx, visit.site.id, limit=SHOWN)
    # By the comment's id, too: so it is asked for when an answer was undone.
    asked = (one for one in found if wanted in {None, one.id, one.comment_id})
    opened = (_opened(tx, visit, one) for one in asked)
    mine = [one for one in opened if one is not None]
    # Those that this person may answer come before those that somebody else must.
    mine.sort(key=lambda one: one.is_own(visit.account.email))
    return found, mine[0] if mine else None


def _opened(tx: Connection, visit: Visit, appeal: Appeal) -> _Open | None:
    life = biography(tx, visit.site.id, appeal.comment_id)
    if life is None:
        return None
    card = make_card(tx, visit, life.record, life.comment) if life.comment else None
    return _Open(appeal, life, card)
