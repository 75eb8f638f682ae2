"""Asking the workers for scores, without storing anything.

Errors
    AnalysisUnavailable     no worker answered in time, or Redis is away
    AnalysisFailed          the scorer could not score this text
    workers.analysis.AnalysisOverloaded    too many wait already
"""

import contextlib
import time
from collections.abc import Sequence

from redis import Redis, RedisError

from service.http.hub import Hub, Ticket
from store.ids import new_id
from workers.analysis import AnalysisRequest, Scored, request_analyses
from workers.doorbell import Doorbell

CONNECT_SECONDS = 0.5


class AnalysisUnavailable(Exception):
    """No worker answered in time."""


class AnalysisFailed(Exception):
    """The scorer could not score this text."""


class Analyzer:
    """Has texts scored for the threads of one web process; `redis` is an impatient client."""

    def __init__(self, redis: Redis, doorbell: Doorbell, hub: Hub) -> None:
        self._redis = redis
        self._doorbell = doorbell
        self._hub = hub

    def analyze(self, site_id: str, text: str, lang: str | None, seconds: float) -> Scored:
        """Return what the text scores; raise as the module says."""
        return self.analyze_all(site_id, [text], lang, seconds)[0]

    def analyze_all(
        self, site_id: str, texts: Sequence[str], lang: str | None, seconds: float
    ) -> list[Scored]:
        """Return what each text scores; asked for together, they share the workers' batches.

        Raises as the module says, for all of them when it is so for one.
        """
        if seconds <= 0:  # nobody would hear the answer
            raise AnalysisUnavailable
        deadline = time.monotonic() + seconds
        requests = [self._request(site_id, text, lang, seconds) for text in texts]
        with contextlib.ExitStack() as stack:
            tickets = [stack.enter_context(self._hub.ticket(request.id)) for request in requests]
            if not self._hub.listens(min(CONNECT_SECONDS, seconds)):
                raise AnalysisUnavailable
            self._ask(requests)
            return [_answer(ticket, deadline - time.monotonic()) for ticket in tickets]

    def _request(
        self, site_id: str, text: str, lang: str | None, seconds: float
    ) -> AnalysisRequest:
        return AnalysisRequest(
            id=new_id("ana"),
            site_id=site_id,
            text=text,
            lang=lang,
            deadline=time.time() + seconds,
            reply_to=self._hub.replies_channel,
        )

    def _ask(self, requests: Sequence[AnalysisRequest]) -> None:
        try:
            request_analyses(self._redis, requests)
        except RedisError as error:
            raise AnalysisUnavailable from error
        self._doorbell.ring("score")


def _answer(ticket: Ticket, seconds: float) -> Scored:
    ticket.wait(max(0.0, seconds))
    if ticket.reply is None:
        raise AnalysisUnavailable
    if ticket.reply.analysis is None:
        raise AnalysisFailed
    return ticket.reply.analysis
