"""Analyses: texts that are scored and forgotten. They travel through Redis, never the database.

A request goes into a bounded list with a deadline; a scoring worker takes it along with its next
batch and publishes the answer to the process that asked. If Redis loses one, somebody who is
still waiting gets an error, and nothing else is lost.
"""

from collections.abc import Sequence
from typing import cast

from pydantic import BaseModel, ValidationError
from redis import Redis

from rules.verdict import EngineRef, Match
from workers.scorers.places import Place
from workers.signals import send_reply

PENDING_KEY = "tactful:analyses"
MAX_PENDING = 1_000


class AnalysisOverloaded(Exception):
    """Too many analyses are waiting; try again in a moment."""


class Analysis(BaseModel):
    """What a text scored: the answer of `POST /v1/analyze`.

    In a language that the engine does not read (`unsupported_language`, ISO 639-1) only words
    were looked at: guesses are left out of the scores.
    """

    scores: dict[str, float]
    labels: list[str]
    matches: list[Match]
    engine: EngineRef
    unsupported_language: str | None = None


class Scored(Analysis):
    """An analysis with what it takes to judge the text by another policy than the site's.

    `scored` are the scorer's own scores, `places` where in the text they come from; `reads` are
    the languages that it reads (None: any).
    """

    scored: dict[str, float] = {}
    places: dict[str, list[Place]] = {}
    reads: list[str] | None = None


class AnalysisRequest(BaseModel):
    """A text on its way to a worker. `deadline` is in Unix seconds."""

    id: str
    site_id: str
    text: str
    lang: str | None
    deadline: float
    reply_to: str


class AnalysisReply(BaseModel):
    """A worker's answer; without an analysis when the scorer could not score the text."""

    id: str
    analysis: Scored | None


def request_analyses(redis: Redis, requests: Sequence[AnalysisRequest]) -> None:
    """Queue requests, all or none; raise AnalysisOverloaded or RedisError."""
    if redis.llen(PENDING_KEY) + len(requests) > MAX_PENDING:
        raise AnalysisOverloaded
    with redis.pipeline() as pipeline:
        pipeline.rpush(PENDING_KEY, *(request.model_dump_json() for request in requests))
        pipeline.expire(PENDING_KEY, 60)
        pipeline.execute()


def take_requests(redis: Redis, limit: int, now: float) -> list[AnalysisRequest]:
    """Take requests whose deadline has not passed, oldest first; raise RedisError."""
    taken = cast("list[bytes] | None", redis.lpop(PENDING_KEY, limit)) or []
    requests = [request for raw in taken if (request := _parse(raw)) is not None]
    return [request for request in requests if request.deadline > now]


def reply(redis: Redis, request: AnalysisRequest, analysis: Scored | None) -> None:
    """Answer a request; never raises."""
    message = AnalysisReply(id=request.id, analysis=analysis)
    send_reply(redis, request.reply_to, message.model_dump_json())


def _parse(raw: bytes) -> AnalysisRequest | None:
    try:
        return AnalysisRequest.model_validate_json(raw)
    except ValidationError:  # another version's format, during an upgrade
        return None
