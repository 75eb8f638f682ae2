"""The queue while it is looked at: counts, claims and decisions of others, as they come."""

from collections.abc import Iterator
from dataclasses import replace

from flask import Response, g, request, stream_with_context

from service.http.sessions import who_is_signed_in
from service.http.streams import Streams
from service.review.pages import page, render
from service.review.queue import queues_of
from service.review.visits import Visit, current_visit
from service.review.wanted import filter_of, query_of
from store.recent_decisions import recently_decided
from store.review_claims import claims_of_others
from store.review_finding import QueueFilter

live = page("live")


@live.get("/review/counts")
def counts() -> str:
    """Return the counts of the queues, for a page that has no stream."""
    return _look(current_visit(), filter_of(request.args))


@live.get("/review/live")
def listen() -> Response:
    """Tell of changes as server-sent events; 204, which ends the asking, when no place is free."""
    visit, wanted = current_visit(), filter_of(request.args)
    streams = visit.context.streams
    give_back = streams.take() if streams else None
    if streams is None or give_back is None:
        return Response(status=204)
    # nginx holds an answer back until it has enough of it, unless it is told not to.
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    events = stream_with_context(_events(streams, visit, wanted))
    response = Response(events, mimetype="text/event-stream", headers=headers)
    response.call_on_close(give_back)
    return response


def _events(streams: Streams, visit: Visit, wanted: QueueFilter) -> Iterator[str]:
    told = None
    yield "retry: 1000\n\n"
    for _ in streams.looks(visit.site.id):
        g.visit = now = replace(visit)  # at another time
        signed_in = who_is_signed_in(now.context.database, now.now, used=False)
        if signed_in is None or all(one.site.id != visit.site.id for one in signed_in.memberships):
            return
        seen = _look(now, wanted)
        # A line that says nothing finds out whether anybody listens.
        yield _event("queues", seen) if seen != told else ": still here\n\n"
        told = seen


def _event(name: str, text: str) -> str:
    lines = "".join(f"data: {line}\n" for line in text.splitlines())
    return f"event: {name}\n{lines}\n"


def _look(visit: Visit, wanted: QueueFilter) -> str:
    site, who, now = visit.site.id, visit.account, visit.now
    return render(
        "_queues.html",
        queues=visit.read(lambda tx: queues_of(tx, visit, wanted)),
        claims=visit.read(lambda tx: claims_of_others(tx, site, who.id, now)),
        decided=visit.read(lambda tx: recently_decided(tx, site, now)),
        query=query_of(wanted),
    )
