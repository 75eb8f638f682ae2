"""How long a site's patterns may take: some are slow at some texts, and everybody else waits."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rules.patterns import TooSlow, Watch

FOR_ONE = 1.0  # seconds for a comment of any length; ordinary ones take a thousandth of it
TOGETHER = 2.0


class PatternTime:
    """What the patterns of a site may take for one comment, and for all that are judged with it."""

    def __init__(self) -> None:
        self._left = TOGETHER

    @contextmanager
    def watch(self) -> Iterator[Watch]:
        """Yield what raises TooSlow where a comment's patterns have had their time.

        That is the processor's, so that no busy machine makes a policy slow. Asking for it costs
        as much as some searches, so that it is looked at only where a clock says that it may be up.
        """
        allowed, began, until = min(FOR_ONE, self._left), 0.0, 0.0

        def look() -> None:
            nonlocal began, until
            if time.monotonic() < until:
                return
            now = time.thread_time()
            began = began or now  # what came before the first pattern is not theirs
            if now - began >= allowed:
                raise TooSlow
            until = time.monotonic() + allowed - (now - began)

        try:
            yield look
        finally:
            if began:
                self._left -= time.thread_time() - began
