"""The queue: `/review`, one comment in focus and those that follow beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from flask import Response, abort, jsonify, redirect, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response as AnyResponse

from service.review.cards import Card, make_card, may_decide
from service.review.pages import page, render
from service.review.visits import Visit, current_visit
from service.review.wanted import Spot, filter_of, place_text, query_of, spot_of
from store.act_records import UNDO
from store.acts import MOST_AT_ONCE
from store.campaign_groups import CampaignGroup, campaign_groups
from store.escalation import ESCALATED, has_admin
from store.last_act import LastAct, act_with_id
from store.review import (
    COUNT_CAP,
    QueueItem,
    comments_of_queue,
    count_waiting,
    queue_names,
    tag_names,
    waiting_comment,
)
from store.review_claims import claim_for_review
from store.review_finding import QueueFilter
from store.review_looks import FIRST_LOOK, NEXT_LOOK, Look, Reach, look_along

PAGE = 25
COUNTED = 100  # of what many have: a look along the queue ends there

queue = page("queue")


@dataclass(frozen=True)
class _Shown:
    """What the page shows.

    `count` is of all there are where it is `complete`, else of `looked` comments, the first.
    `further` is where to go on. `act` is what was done last.
    """

    items: Sequence[QueueItem]
    focus: QueueItem | None
    card: Card | None
    count: int
    complete: bool
    looked: int
    further: Spot | None
    act: LastAct | None


@queue.get("/")
def home() -> AnyResponse:
    """Lead whoever opens the address that `tactful up` prints to where people work."""
    return redirect(url_for("queue.show"), HTTPStatus.SEE_OTHER)


@queue.get("/review")
def show() -> str:
    """Show the queue; the comment in focus is claimed for whoever may decide about it."""
    visit, wanted = current_visit(), filter_of(request.args)
    spot, focus, act = spot_of(request.args), request.args.get("focus"), request.args.get("act")
    shown = visit.read(lambda tx: _shown(tx, visit, wanted, focus, act))
    if (card := shown.card) is not None and not card.for_admins:
        visit.write(lambda tx: claim_for_review(tx, card.id, visit.account.id, visit.now))
        visit.tell_others()
    return render(
        "queue.html",
        shown=shown,
        wanted=wanted,
        query=query_of(wanted),
        later=spot.after is not None,
        here="&".join(filter(None, (query_of(wanted), spot.query))),
        choices=visit.read(lambda tx: _choices(tx, visit)),
        queues=visit.read(lambda tx: queues_of(tx, visit, wanted)),
        campaigns=visit.read(lambda tx: _campaigns(tx, visit, wanted.queue)),
        claims={item.id: item.claimed_by for item in shown.items if item.claimed_by},
        undo_seconds=int(UNDO.total_seconds()),
        left=min(request.args.get("left", 0, type=int), MOST_AT_ONCE),
        place_text=place_text,
    )


@queue.get("/review/rows")
def rows() -> str:
    """Return the rows that follow a place, for a page that runs out of them."""
    visit, wanted = current_visit(), filter_of(request.args)

    def find(tx: Connection) -> tuple[Look, Sequence[QueueItem]]:
        look = _look(tx, visit, wanted).first(PAGE)
        return look, comments_of_queue(tx, visit.site.id, wanted.queue, look.ids, visit.looker)

    look, items = visit.read(find)
    return render(
        "_more.html",
        items=items,
        further=spot_of(request.args).behind(look),
        wanted=wanted,
        query=query_of(wanted),
        place_text=place_text,
    )


@queue.get("/review/card/<comment_id>")
def card(comment_id: str) -> str:
    """Return one comment's card, for a page that shows it soon."""
    visit = current_visit()

    def find(tx: Connection) -> Card | None:
        item = waiting_comment(tx, visit.site.id, comment_id, visit.looker)
        return make_card(tx, visit, item, item.comment) if item else None

    found = visit.read(find)
    if found is None:
        abort(404)
    return render("_card.html", card=found, focused=False, query=query_of(filter_of(request.args)))


@queue.post("/review/claims")
def claims() -> Response:
    """Claim the comment that is on the screen now, and say who else has it."""
    visit, comment_id = current_visit(), request.form.get("comment", "")

    def claim(tx: Connection) -> str | None:
        if waiting_comment(tx, visit.site.id, comment_id, visit.looker) is None:
            return None
        if not may_decide(tx, visit, comment_id):
            return None
        return claim_for_review(tx, comment_id, visit.account.id, visit.now)

    holder = visit.write(claim)
    visit.tell_others()
    return jsonify(claimed_by=holder)


def _shown(
    tx: Connection, visit: Visit, wanted: QueueFilter, focus: str | None, act: str | None
) -> _Shown:
    look = _look(tx, visit, wanted)
    page = look.first(PAGE)
    items = comments_of_queue(tx, visit.site.id, wanted.queue, page.ids, visit.looker)
    chosen = _chosen(tx, visit, items, focus)
    count, complete = len(look.found), look.end is None
    if not (complete or wanted.narrows):  # these are quickly counted
        count = count_waiting(tx, visit.site.id, wanted.queue, visit.now)
        complete = count < COUNT_CAP
    return _Shown(
        items=items if chosen is None or chosen in items else [chosen, *items],
        focus=chosen,
        card=make_card(tx, visit, chosen, chosen.comment) if chosen else None,
        count=count,
        complete=complete,
        looked=look.looked,
        further=spot_of(request.args).behind(page),
        act=act_with_id(tx, visit.account.id, act) if act else None,
    )


def _look(tx: Connection, visit: Visit, wanted: QueueFilter) -> Look:
    """Look on from where the address says; the first page is wanted at once."""
    after = spot_of(request.args).after
    most = FIRST_LOOK if after is None else NEXT_LOOK
    counts = wanted.narrows and after is None
    reach = Reach(most, COUNTED if counts else PAGE, after)
    return look_along(tx, visit.site.id, wanted, visit.now, reach)


def _chosen(
    tx: Connection, visit: Visit, items: Sequence[QueueItem], focus: str | None
) -> QueueItem | None:
    """Return the comment asked for, else the first that nobody else has on their screen."""
    if focus:
        asked = waiting_comment(tx, visit.site.id, focus, visit.looker)
        if asked is not None:
            return asked
    free = [item for item in items if item.claimed_by is None]
    return next(iter([*free, *items]), None)


def queues_of(tx: Connection, visit: Visit, wanted: QueueFilter) -> list[tuple[str, int, bool]]:
    """Return (name, how many wait, in view) of each queue that is theirs, the main one first."""
    names = {*queue_names(tx, visit.site.id)} - _closed(tx, visit) | {"", wanted.queue}
    return [
        (name, count_waiting(tx, visit.site.id, name, visit.now), name == wanted.queue)
        for name in sorted(names)
    ]


def _closed(tx: Connection, visit: Visit) -> set[str]:
    """Return the queues that others decide about."""
    return {ESCALATED} if not visit.is_admin and has_admin(tx, visit.site.id) else set()


def _campaigns(tx: Connection, visit: Visit, queue: str) -> Sequence[CampaignGroup]:
    if queue in _closed(tx, visit):
        return ()
    return campaign_groups(tx, visit.site.id, queue, visit.now)


def _choices(tx: Connection, visit: Visit) -> dict[str, Sequence[str]]:
    return {kind: tag_names(tx, visit.site.id, kind) for kind in ("label", "rule", "lang")}
