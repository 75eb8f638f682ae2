"""Isolating: what fails at one item costs that one alone, and nothing where none fails."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from rq.timeouts import BaseTimeoutException

from store.database import StoreUnavailable

Item = TypeVar("Item")
Done = TypeVar("Done")

NO_ITEMS_FAULT = (StoreUnavailable, BaseTimeoutException)


def apart(
    work: Callable[[Sequence[Item]], list[Done]],
    items: Sequence[Item],
    alone: Callable[[Item, Exception], list[Done]],
) -> list[Done]:
    """Return what `work` makes of all items; where it raises, of each half, and so on.

    `alone` says what comes of an item at which it raises by itself. Raises StoreUnavailable, RQ's
    time-outs, and what `alone` raises.
    """
    try:
        return work(items) if items else []
    except NO_ITEMS_FAULT:
        raise
    except Exception as error:
        if len(items) < 2:  # noqa: PLR2004 - nothing to halve
            return alone(items[0], error)
    middle = len(items) // 2
    return [*apart(work, items[:middle], alone), *apart(work, items[middle:], alone)]
