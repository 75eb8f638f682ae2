"""Sending: one attempt to deliver one event, from the signature to what follows from the answer."""

import random
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

import structlog

from store.attempts import Attempt
from store.delivery_claims import ClaimedDelivery
from store.sealing import Sealer, WrongSecretKey
from workers.clock import Clock
from workers.faults import told
from workers.outgoing import Answer, Blocked, Caller, NoAnswer, TimedOut, post
from workers.retries import UNSENT, Consequence, consequence, is_success, parse_retry_after
from workers.signing import sign
from workers.telemetry import WEBHOOK_ATTEMPT_SECONDS, WEBHOOK_ATTEMPTS
from workers.tracing import Subject, is_tracing, record_span

KEPT_BYTES = 1024  # of an answer
KEPT_ERROR = 300  # characters

log = structlog.get_logger()


@dataclass(frozen=True)
class Sender:
    """What sending needs. `jitter` gives random numbers in 0..1."""

    caller: Caller
    sealer: Sealer
    clock: Clock
    jitter: Callable[[], float] = random.random


@dataclass(frozen=True)
class _Result:
    """What came back, in the words of an attempt's row and of the metrics."""

    outcome: str  # delivered | refused | timeout | blocked | failed
    status: int | None = None
    error: str | None = None
    response: str | None = None
    address: str | None = None
    asked: timedelta | None = None  # by Retry-After
    unsent: bool = False  # for a fault of ours


def send(sender: Sender, delivery: ClaimedDelivery) -> Attempt:
    """Send a claimed delivery once; never raises."""
    started_at, began = sender.clock(), time.monotonic()
    result = _try(sender, delivery, started_at)
    duration = timedelta(seconds=time.monotonic() - began)
    WEBHOOK_ATTEMPTS.labels(result.outcome).inc()
    WEBHOOK_ATTEMPT_SECONDS.observe(duration.total_seconds())
    log.info(
        "webhook_attempt",
        site=delivery.site_id,
        comment=delivery.comment_id,
        request_id=delivery.origin.request_id,
        webhook=delivery.webhook_id,
        delivery=delivery.id,
        outcome=result.outcome,
        status=result.status,
        seconds=round(duration.total_seconds(), 3),
    )
    if (subject := _subject(delivery)) is not None:
        told = {"tactful.delivery": delivery.id, "tactful.outcome": result.outcome}
        record_span("webhook", subject, duration.total_seconds(), told)
    return _attempt(sender, delivery, result, started_at, duration)


def _subject(delivery: ClaimedDelivery) -> Subject | None:
    if not is_tracing() or delivery.comment_id is None or delivery.revision is None:
        return None
    return Subject(delivery.comment_id, delivery.revision, delivery.origin.traceparent)


def _try(sender: Sender, delivery: ClaimedDelivery, now: datetime) -> _Result:
    try:
        return _answered(_post(sender, delivery, now), sender.clock())
    except NoAnswer as fault:
        return _Result(_outcome(fault), error=str(fault), address=fault.address)
    except WrongSecretKey as error:
        return _Result("failed", error=str(error), unsent=True)
    except Exception as error:  # one delivery that we cannot handle must not stop the others
        log.error("webhook_attempt_broke", delivery=delivery.id, **told(error))  # noqa: TRY400
        return _Result("failed", error=f"internal error: {type(error).__name__}")


def _post(sender: Sender, delivery: ClaimedDelivery, now: datetime) -> Answer:
    body = delivery.payload.encode()
    timestamp = int(now.timestamp())
    keys = _keys(sender.sealer, delivery.sealed_keys)
    headers = {
        "content-type": "application/json",
        "user-agent": "Tactful-Webhooks/1",
        "webhook-id": delivery.event_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": sign(keys, delivery.event_id, timestamp, body),
    }
    if (subject := _subject(delivery)) is not None:
        headers["traceparent"] = subject.traceparent()
    return post(sender.caller, delivery.url, headers, body)


def _keys(sealer: Sealer, sealed_keys: Sequence[str]) -> list[str]:
    """Return the keys to sign with; raise WrongSecretKey where the newest cannot be opened.

    An older one that cannot is why it was replaced.
    """
    newest, *older = sealed_keys
    keys = [sealer.open(newest)]
    for sealed in older:
        with suppress(WrongSecretKey):
            keys.append(sealer.open(sealed))
    return keys


def _answered(answer: Answer, now: datetime) -> _Result:
    redirected = HTTPStatus.MULTIPLE_CHOICES <= answer.status < HTTPStatus.BAD_REQUEST
    text = answer.body[:KEPT_BYTES].decode("utf-8", "replace")
    return _Result(
        "delivered" if is_success(answer.status) else "refused",
        status=answer.status,
        error="redirects are not followed" if redirected else None,
        response=text.replace("\0", "\ufffd"),  # PostgreSQL stores no NUL in a text
        address=answer.address,
        asked=parse_retry_after(answer.retry_after, now),
    )


def _outcome(fault: NoAnswer) -> str:
    match fault:
        case Blocked():
            return "blocked"
        case TimedOut():
            return "timeout"
    return "failed"


def _attempt(
    sender: Sender,
    delivery: ClaimedDelivery,
    result: _Result,
    started_at: datetime,
    duration: timedelta,
) -> Attempt:
    now = sender.clock()
    step = delivery.schedule_step
    if result.unsent:
        follows = Consequence("pending", next_attempt_at=now + UNSENT)
    else:
        follows = consequence(result.status, step, result.asked, now, sender.jitter())
    return Attempt(
        delivery_id=delivery.id,
        token=delivery.token,
        webhook_id=delivery.webhook_id,
        url=delivery.url,
        started_at=started_at,
        duration=duration,
        status=result.status,
        error=result.error[:KEPT_ERROR] if result.error else None,
        response=result.response,
        address=result.address,
        state=follows.state,
        next_attempt_at=follows.next_attempt_at,
        gone=follows.gone,
        asked_rest=result.asked or timedelta(),
        unsent=result.unsent,
    )
