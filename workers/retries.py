"""Retries: when a webhook that was not taken is sent again, as pure functions of time."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Literal

SCHEDULE = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
UNSENT = timedelta(minutes=30)  # until what could not be sent for a fault of ours is tried again
JITTER = 0.1  # a retry comes up to a tenth later, so that those of one outage spread
LONGEST_WAIT = timedelta(hours=24)  # that a receiver may ask for


@dataclass(frozen=True)
class Consequence:
    """What an attempt leads to; `next_attempt_at` is there while it is `pending`."""

    state: Literal["delivered", "pending", "failed"]
    next_attempt_at: datetime | None = None
    gone: bool = False  # the receiver wants no more, of anything


def consequence(
    status: int | None, step: int, retry_after: timedelta | None, now: datetime, jitter: float
) -> Consequence:
    """Return what follows an attempt.

    `status` is None when no answer came, `step` how many retries there were before, `jitter`
    a random number in 0..1.
    """
    if status is not None and is_success(status):
        return Consequence("delivered")
    if status == HTTPStatus.GONE:
        return Consequence("failed", gone=True)
    if step >= len(SCHEDULE):
        return Consequence("failed")
    wait = SCHEDULE[step] * (1 + JITTER * jitter)
    if retry_after is not None:
        wait = max(wait, min(retry_after, LONGEST_WAIT))
    return Consequence("pending", next_attempt_at=now + wait)


def is_success(status: int) -> bool:
    """Whether an HTTP status is one of 2xx."""
    return HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES


def parse_retry_after(text: str | None, now: datetime) -> timedelta | None:
    """Read a Retry-After field (RFC 9110, 10.2.3): seconds or a date; None for anything else."""
    text = (text or "").strip()
    if text.isascii() and text.isdigit():
        seconds = float(text)  # not int(): thousands of digits are an error to it
        return timedelta(seconds=min(seconds, LONGEST_WAIT.total_seconds()))
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError, OverflowError):  # the last from a year of twenty digits
        return None
    # "-0000" gives a naive time; the field's dates are in UTC.
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max(moment - now, timedelta()), LONGEST_WAIT)
