"""Deciding: what a moderator does with comments, and taking it back."""

from datetime import timedelta
from http import HTTPStatus
from typing import cast, get_args
from urllib.parse import urlencode

from flask import Response, abort, jsonify, redirect, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response as AnyResponse

from service.metrics import DECISIONS
from service.review.filters import queue_label, word
from service.review.language import gettext as _
from service.review.pages import page, problem_page, wants_json
from service.review.visits import Visit, current_visit
from service.review.wanted import filter_of, query_of, spot_of, targets_of
from store.acts import MOST_AT_ONCE, Act, Refused, Target, decide_comments, move_comments
from store.escalation import ESCALATED
from store.notes import add_note
from store.places import Move
from store.records import DecisionWord
from store.review import queue_names, waiting_comments
from store.review_finding import QueueFilter
from store.undo import NothingToUndo, TooLateToUndo, undo

LONGEST_SNOOZE_HOURS = 24 * 30
NOTE_LENGTH = 5_000

deciding = page("deciding")


@deciding.post("/review/decisions")
def decide() -> AnyResponse | tuple[str | Response, int]:
    """Decide about one comment or many."""
    visit, said = current_visit(), request.form.get("word", "")
    if said not in get_args(DecisionWord):
        abort(400)
    targets, note = targets_of(request.form), _note() or None
    act = visit.write(
        lambda tx: decide_comments(
            tx,
            visit.site.id,
            visit.moderator,
            cast("DecisionWord", said),
            targets,
            visit.now,
            note=note,
        )
    )
    _count(act)
    return _answer(act)


@deciding.post("/review/campaigns")
def decide_campaign() -> AnyResponse | tuple[str | Response, int]:
    """Decide about all that waits of a campaign, as many as one act takes."""
    visit, word = current_visit(), request.form.get("word", "")
    if word not in get_args(DecisionWord):
        abort(400)
    of_campaign = QueueFilter(
        filter_of(request.args).queue, campaign=request.form.get("campaign", "")[:40] or "none"
    )

    def act(tx: Connection) -> Act:
        found = waiting_comments(tx, visit.site.id, of_campaign, visit.looker, limit=MOST_AT_ONCE)
        targets = [Target(item.id, item.revision) for item in found]
        who, site_id = visit.moderator, visit.site.id
        return decide_comments(tx, site_id, who, cast("DecisionWord", word), targets, visit.now)

    done = visit.write(act)
    _count(done)
    return _answer(done)


@deciding.post("/review/moves")
def move() -> AnyResponse | tuple[str | Response, int]:
    """Escalate comments, snooze them, or send them to another queue."""
    visit, wanted = current_visit(), _move(current_visit())
    targets, note = targets_of(request.form), _note() or None
    return _answer(
        visit.write(
            lambda tx: move_comments(
                tx, visit.site.id, visit.moderator, wanted, targets, visit.now, note=note
            )
        )
    )


@deciding.post("/review/undo")
def take_back() -> AnyResponse | tuple[str | Response, int]:
    """Undo the last thing, or the one that is named."""
    visit, act_id = current_visit(), request.form.get("act") or None
    try:
        act = visit.write(lambda tx: undo(tx, visit.site.id, visit.moderator, act_id, visit.now))
    except NothingToUndo:
        return _cannot(_("There is nothing to undo."))
    except TooLateToUndo:
        return _cannot(_("The minute is over and it was told already. Decide about it again."))
    visit.tell_others()
    if wants_json():
        return _json(act), 200
    focus = act.done[0] if act.done else ""
    return _to_queue(focus=focus)


@deciding.post("/review/notes")
def note() -> AnyResponse:
    """Keep a note without deciding."""
    visit, text = current_visit(), _note()
    comment_id = request.form.get("comment", "").partition(":")[0]
    if text:
        who = visit.moderator.email
        visit.write(lambda tx: add_note(tx, visit.site.id, comment_id, who, text, visit.now))
    return Response(status=204) if wants_json() else _to_queue(focus=comment_id)


def _note() -> str:
    return request.form.get("note", "").strip()[:NOTE_LENGTH]


def _move(visit: Visit) -> Move:
    kind, form = request.form.get("kind"), request.form
    if kind == "escalate":
        return Move("escalate", queue=ESCALATED)
    if kind == "move":
        return Move("move", queue=_queue_meant(visit, form.get("to", "").strip()[:100]))
    if kind != "snooze":
        abort(400)
    hours = max(1, min(form.get("hours", 24, type=int), LONGEST_SNOOZE_HOURS))
    return Move("snooze", until=visit.now + timedelta(hours=hours))


def _queue_meant(visit: Visit, given: str) -> str:
    """Return the queue of this name, or whose tab says so; a new one where there is none.

    Capitals make no new one: it would look like the old one, and lack the admins before it.
    """
    names = ["", ESCALATED, *visit.read(lambda tx: queue_names(tx, visit.site.id))]
    if given in names:
        return given
    meant = given.casefold()
    found = (name for name in names if meant in {name.casefold(), queue_label(name).casefold()})
    return next(found, given)


def _answer(act: Act) -> AnyResponse | tuple[str | Response, int]:
    """Answer a script with what happened, and a form with the page to look at next."""
    current_visit().tell_others()
    nothing = act.refused and not act.done
    if wants_json():
        return _json(act), HTTPStatus.CONFLICT if nothing else HTTPStatus.OK
    if nothing:
        return problem_page(409, _("Not decided"), _sentence(_reasons(act)))
    told = {"act": act.id, "left": str(len(act.refused) or "")}
    return _to_queue(**{name: value for name, value in told.items() if value})


def _json(act: Act) -> Response:
    refused = dict(zip(act.refused, _reasons(act), strict=True))
    return jsonify(act=act.id, kind=act.kind, done=list(act.done), refused=refused)


def _reasons(act: Act) -> list[str]:
    return [_reason(refused) for refused in act.refused.values()]


def _sentence(reasons: list[str]) -> str:
    said = "; ".join(reasons) + "."
    return said[:1].upper() + said[1:]


def _reason(refused: Refused) -> str:
    said = {
        "gone": _("it is not there any more"),
        "edited": _("its author has edited it"),
        "own": _("an appeal against your own decision is for somebody else to answer"),
        "escalated": _("it is escalated, so an admin of this site decides about it"),
    }
    decided = {"who": refused.by, "word": word(refused.decision or "")}
    if refused.by is None:
        said["decided"] = _("it was decided or moved since")
    return said.get(refused.why) or _("already decided by %(who)s: %(word)s") % decided


def _cannot(detail: str) -> tuple[str | Response, int]:
    if wants_json():
        return jsonify(detail=detail), HTTPStatus.CONFLICT
    return problem_page(409, _("Cannot be undone"), detail)


def _to_queue(**more: str) -> AnyResponse:
    """Return to where the form was: `back` is a path of ours, else the queue as it was filtered."""
    back = request.form.get("back", "")
    if back == "/appeals" or back.startswith("/comments/"):
        return redirect(f"{back}?{urlencode(more)}", HTTPStatus.SEE_OTHER)
    args = request.args
    parts = (query_of(filter_of(args)), spot_of(args).query, urlencode(more))
    query = "&".join(filter(None, parts))
    return redirect(f"{url_for('queue.show')}?{query}", HTTPStatus.SEE_OTHER)


def _count(act: Act) -> None:
    for overturned, count in (("true", act.overturned), ("false", len(act.done) - act.overturned)):
        if count:
            DECISIONS.labels(act.kind, overturned).inc(count)
