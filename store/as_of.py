"""The moment that the past is asked for."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

FOREVER = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class AsOf:
    """What counts as the past: all there is, or for comments judged again what there was then.

    `again` are the ids of comments that were judged before, at `now`: they do not count, nor does
    what came after.
    """

    now: datetime
    again: Collection[str] = ()

    @property
    def until(self) -> datetime:
        """When the latest comment that counts came.

        Mostly whenever it likes: the clock of whoever took a comment may be ahead of ours.
        """
        return self.now if self.again else FOREVER
