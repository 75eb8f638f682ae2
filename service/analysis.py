"""Asking the workers for scores, without storing anything.

Errors
    AnalysisUnavailable     no worker answered in time, or Redis is away
    AnalysisFailed          the scorer could not score this text
    workers.analysis.AnalysisOverloaded    too many wait already
"""

import time

from redis import Redis, RedisError

from service.hub import Hub, Ticket
from store.ids import new_id
from workers.analysis import Analysis, AnalysisRequest, request_analysis
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

    def analyze(self, site_id: str, text: str, lang: str | None, seconds: float) -> Analysis:
        """Return what the text scores; raise as the module says."""
        request = AnalysisRequest(
            id=new_id("ana"),
            site_id=site_id,
            text=text,
            lang=lang,
            deadline=time.time() + seconds,
            reply_to=self._hub.replies_channel,
        )
        with self._hub.ticket(request.id) as ticket:
            if not self._hub.listens(min(CONNECT_SECONDS, seconds)):
                raise AnalysisUnavailable
            return self._ask(request, ticket, seconds)

    def _ask(self, request: AnalysisRequest, ticket: Ticket, seconds: float) -> Analysis:
        try:
            request_analysis(self._redis, request)
        except RedisError as error:
            raise AnalysisUnavailable from error
        self._doorbell.ring("score")
        ticket.wait(seconds)
        if ticket.reply is None:
            raise AnalysisUnavailable
        if ticket.reply.analysis is None:
            raise AnalysisFailed
        return ticket.reply.analysis
