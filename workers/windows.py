"""Windows: how many requests one endpoint may have in flight, and which endpoints are slow.

As in TCP's slow start (RFC 5681) an endpoint earns its share: one request until it answered,
then twice as many up to a limit. So an endpoint that hangs costs one slot, from the beginning.
"""

from datetime import timedelta

FAST = timedelta(seconds=1)
MOST_WHEN_FAST = 8
MOST_WHEN_SLOW = 3


class Windows:
    """The windows of all endpoints, as one deliverer has come to know them."""

    def __init__(self) -> None:
        self._sizes: dict[str, int] = {}
        self.slow: set[str] = set()  # endpoints that took long the last time

    def allowance(self, webhook_id: str) -> int:
        """Return how many requests this endpoint may have in flight."""
        return self._sizes.get(webhook_id, 1)

    def note(self, webhook_id: str, *, delivered: bool, took: timedelta) -> None:
        """Widen the window of an endpoint that took a message; close that of one that did not."""
        (self.slow.discard if took < FAST else self.slow.add)(webhook_id)
        if not delivered:
            self._sizes[webhook_id] = 1
            return
        most = MOST_WHEN_FAST if took < FAST else MOST_WHEN_SLOW
        self._sizes[webhook_id] = min(2 * self.allowance(webhook_id), most)
