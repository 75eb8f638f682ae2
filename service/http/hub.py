"""The hub: one thread a process that hears the workers' signals and wakes whoever waits."""

import contextlib
import json
import threading
import time
from collections import defaultdict
from collections.abc import Iterator

import structlog
from pydantic import ValidationError
from redis import Redis, RedisError
from redis.client import PubSub

from store.ids import new_id
from workers.analysis import AnalysisReply
from workers.signals import REPLIES_CHANNEL, REVIEW_CHANNEL, VERDICTS_CHANNEL

RECONNECT_SECONDS = 0.5
PATIENCE_SECONDS = 5.0  # without a signal, before the connection is looked at
TOLD_AGAIN_SECONDS = 30.0  # that it still hears nothing
ANY_VERDICT = "verdicts"  # a key that every verdict wakes

log = structlog.get_logger()


class Ticket:
    """A place in the hub's list: woken by a signal, perhaps with a reply."""

    def __init__(self) -> None:
        self.reply: AnalysisReply | None = None
        self._woken = threading.Event()

    def wake(self, reply: AnalysisReply | None = None) -> None:
        """Let the waiting thread go on."""
        self.reply = reply
        self._woken.set()

    def wait(self, seconds: float) -> bool:
        """Wait for a signal since the last wait; return whether there was one."""
        woken = self._woken.wait(seconds)
        self._woken.clear()
        return woken


class Hub:
    """Listens for verdicts, for what moderators do, and for replies to this process's requests.

    `redis` should be a patient client. The thread starts at the first ticket, after any fork.
    """

    def __init__(self, redis: Redis) -> None:
        self.replies_channel = REPLIES_CHANNEL + new_id("web")
        self._redis = redis
        self._lock = threading.Lock()
        self._tickets: dict[str, set[Ticket]] = defaultdict(set)
        self._thread: threading.Thread | None = None
        self._listening = threading.Event()
        self._closed = threading.Event()

    @contextlib.contextmanager
    def ticket(self, *keys: str) -> Iterator[Ticket]:
        """Give a ticket that signals for any of `keys` wake.

        A key is the id of a comment, of a request or, for its queue, of a site; or ANY_VERDICT.
        """
        self._start()
        ticket = Ticket()
        with self._lock:
            for key in keys:
                self._tickets[key].add(ticket)
        try:
            yield ticket
        finally:
            with self._lock:
                for key in keys:
                    self._tickets[key].discard(ticket)
                    if not self._tickets[key]:
                        del self._tickets[key]

    def listens(self, seconds: float = 0.0) -> bool:
        """Whether signals arrive now, or within `seconds`."""
        return self._listening.wait(seconds)

    def close(self) -> None:
        """Stop listening; returns once the thread has ended."""
        self._closed.set()
        if self._thread is not None:
            with contextlib.suppress(RedisError):
                self._redis.publish(self.replies_channel, "")  # it listens, and hears this
            self._thread.join(2 * PATIENCE_SECONDS)

    def _start(self) -> None:
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="hub", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        quiet_until = 0.0
        while not self._closed.is_set():
            try:
                self._listen()
            except (RedisError, OSError) as error:
                if self._closed.is_set():
                    return
                if time.monotonic() >= quiet_until:
                    quiet_until = time.monotonic() + TOLD_AGAIN_SECONDS
                    log.warning("hub_disconnected", reason=type(error).__name__)
                self._closed.wait(RECONNECT_SECONDS)

    def _listen(self) -> None:
        try:
            with self._redis.pubsub() as subscription:  # type: ignore[no-untyped-call]
                subscription.subscribe(VERDICTS_CHANNEL, REVIEW_CHANNEL, self.replies_channel)
                while not self._closed.is_set():
                    self._hear(subscription)
        finally:
            self._listening.clear()

    def _hear(self, subscription: PubSub) -> None:
        message = subscription.get_message(timeout=PATIENCE_SECONDS)
        if message is None:
            subscription.ping()  # a dead connection shows itself here
        elif message["type"] == "subscribe":
            self._listening.set()
        elif message["type"] == "message":
            channel = message["channel"].decode()
            try:
                self._dispatch(channel, message["data"])
            except (ValueError, TypeError, RecursionError) as error:  # somebody else writes to it
                log.warning("signal_not_read", channel=channel, reason=type(error).__name__)

    def _dispatch(self, channel: str, data: bytes) -> None:
        if channel == VERDICTS_CHANNEL:
            for key in (*json.loads(data), ANY_VERDICT):
                self._wake(key, None)
            return
        if channel == REVIEW_CHANNEL:
            self._wake(data.decode(), None)
            return
        with contextlib.suppress(ValidationError):  # another version's format, in an upgrade
            reply = AnalysisReply.model_validate_json(data)
            self._wake(reply.id, reply)

    def _wake(self, key: str, reply: AnalysisReply | None) -> None:
        with self._lock:
            tickets = list(self._tickets.get(key, ()))
        for ticket in tickets:
            ticket.wake(reply)
