"""Callbacks: a verdict that came after its answer, told to the `callback` that the check named.

As Akismet tells its plugin for WordPress: the key stands in for a signature. Keys are stored as
digests only, so this is kept in the memory of the process that answered, and lost with it; what
must arrive goes to a registered webhook.
"""

import json
import queue
import threading
import time
from dataclasses import dataclass
from functools import cache

import structlog

from service.compat.akismet.answers import HOLD, verdict
from service.compat.akismet.caller import Caller
from service.compat.akismet.translation import PREFIX
from service.compat.checks import outcome_of
from service.compat.texts import MAX_IDENTIFIER, MAX_URL, short
from store.comments import find_comment
from store.records import CommentRecord
from workers import outgoing

FOLLOWED_SECONDS = 600.0
LOOKED_EVERY_SECONDS = 0.5
RETRIED_AFTER_SECONDS = (5.0, 30.0)
MOST = 1_000  # that wait for a verdict; more than these are not followed
THREADS = 4

log = structlog.get_logger()


@dataclass(frozen=True)
class Callback:
    """A check whose verdict is to be told; `until` is monotonic."""

    caller: Caller
    guid: str
    url: str
    until: float

    def follow(self) -> None:
        """Wait for the verdict and tell it; never raises."""
        try:
            record = self._judged()
            if record is not None and (said := self._said(record)) != HOLD:
                self._tell(said)
        except Exception as error:  # the next one must be followed all the same
            log.warning("akismet_callback_failed", reason=type(error).__name__)

    def _judged(self) -> CommentRecord | None:
        while True:
            with self.caller.context.database.read() as tx:
                record = find_comment(tx, self.caller.site.id, PREFIX + self.guid)
            if record is not None and record.status in {"scored", "decided"}:
                return record
            if time.monotonic() > self.until:
                return None
            time.sleep(LOOKED_EVERY_SECONDS)

    def _said(self, record: CommentRecord) -> str:
        review = self.caller.site.akismet_review
        answer = verdict(outcome_of(record), review, self.guid, asks_again=True)
        return answer.get_data(as_text=True)

    def _tell(self, said: str) -> None:
        post_id = short(self.caller.form.get("comment_post_ID"), MAX_IDENTIFIER)
        comment = {"guid": self.guid, "result": said}
        comment |= {"comment_post_ID": post_id} if post_id else {}
        told = {"key": self.caller.key, "endpoint": "comment-check", "comments": [comment]}
        for pause in (*RETRIED_AFTER_SECONDS, None):
            if self._sent(json.dumps(told).encode()) or pause is None:
                return
            time.sleep(pause)

    def _sent(self, body: bytes) -> bool:
        context = self.caller.context
        headers = {"content-type": "application/json", "x-akismet-webhook": "1"}
        try:
            to = outgoing.Caller(context.allow, context.resolver)
            status = outgoing.post(to, self.url, headers, body).status
        except outgoing.NoAnswer as fault:
            log.info("akismet_callback", outcome=type(fault).__name__)
            return isinstance(fault, outgoing.Blocked)  # it will be so the next time too
        log.info("akismet_callback", site=self.caller.site.id, status=status)
        return status < 500  # noqa: PLR2004 - what is refused once is refused again


def follow(caller: Caller, guid: str) -> None:
    """Have the verdict on an unanswered check told to its `callback`, if it named one."""
    url = caller.form.get("callback")
    if not url or len(url) > MAX_URL or caller.form.flag("is_test"):
        return
    try:
        _followed().put_nowait(Callback(caller, guid, url, time.monotonic() + FOLLOWED_SECONDS))
    except queue.Full:
        log.warning("akismet_callback_failed", reason="too many wait")


@cache
def _followed() -> "queue.Queue[Callback]":
    """Return the queue, with its threads: made at its first use, because of gunicorn's fork."""
    waiting: queue.Queue[Callback] = queue.Queue(MOST)
    for _ in range(THREADS):  # daemons, so that no process waits for them at its end
        threading.Thread(target=_work, args=(waiting,), daemon=True, name="callback").start()
    return waiting


def _work(waiting: "queue.Queue[Callback]") -> None:
    while True:
        waiting.get().follow()
