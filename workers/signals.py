"""Signals: what workers tell those who wait, over Redis, where a lost message costs time only."""

import json
from collections.abc import Sequence

import structlog
from redis import Redis, RedisError

VERDICTS_CHANNEL = "tactful:verdicts"
REVIEW_CHANNEL = "tactful:review"
REPLIES_CHANNEL = "tactful:replies:"  # and the asking process's own name

log = structlog.get_logger()


def announce_verdicts(redis: Redis, comment_ids: Sequence[str]) -> None:
    """Tell every waiting process that these comments have a verdict; never raises."""
    _publish(redis, VERDICTS_CHANNEL, json.dumps(list(comment_ids)))


def announce_review(redis: Redis, site_id: str) -> None:
    """Tell every open queue of a site that somebody did something in it; never raises."""
    _publish(redis, REVIEW_CHANNEL, site_id)


def send_reply(redis: Redis, channel: str, reply: str) -> None:
    """Send one process the answer it waits for; never raises."""
    _publish(redis, channel, reply)


def _publish(redis: Redis, channel: str, message: str) -> None:
    try:
        redis.publish(channel, message)
    except RedisError as error:
        log.warning("signal_failed", reason=type(error).__name__)
