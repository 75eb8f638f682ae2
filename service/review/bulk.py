"""Many at once: `/review/bulk` shows what a decision would change, before it does."""

from collections.abc import Sequence
from typing import cast, get_args

from flask import abort, request
from sqlalchemy import Connection

from service.review.pages import page, render
from service.review.visits import Visit, current_visit
from service.review.wanted import filter_of, query_of
from store.acts import MOST_AT_ONCE
from store.alike import Likeness, alike
from store.escalation import kept_for_admins
from store.records import DecisionWord
from store.review import QueueItem, waiting_of

bulk = page("bulk")


@bulk.get("/review/bulk")
@bulk.post("/review/bulk")  # a selection of many is longer than an address may be
def show() -> str:
    """Show the comments that were selected, or that are like one of them; change nothing."""
    visit, by = current_visit(), request.args.get("by", "")
    word = request.values.get("word", "reject")
    if word not in get_args(DecisionWord) or (by and by not in get_args(Likeness)):
        abort(400)
    wanted = filter_of(request.args)
    items = visit.read(lambda tx: _items(tx, visit, by, wanted.queue))
    first = request.values.get("comment", "").partition(":")[0]
    return render(
        "bulk.html",
        items=items,
        by=by,
        word=word,
        first=first,
        place=request.values.get("focus") or first,
        note=request.form.get("note", "").strip(),
        query=query_of(wanted),
        most=MOST_AT_ONCE,
    )


def _items(tx: Connection, visit: Visit, by: str, queue: str) -> Sequence[QueueItem]:
    ids = [value.partition(":")[0] for value in request.values.getlist("comment")]
    ids = list(dict.fromkeys(ids[:MOST_AT_ONCE]))
    found = waiting_of(tx, visit.site.id, ids, visit.looker)
    kept = set[str]() if visit.is_admin else kept_for_admins(tx, list(found))
    items = [found[one] for one in ids if one in found and one not in kept]
    if not by or not items:
        return items
    return alike(tx, visit.site.id, items[0], cast("Likeness", by), visit.looker, queue)
