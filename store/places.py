"""Places: sending a comment that waits to another queue, or to a later time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, update

from store.tables import comments


@dataclass(frozen=True)
class Move:
    """Where to: `queue` for `escalate` and `move`, `until` for `snooze`."""

    kind: Literal["escalate", "move", "snooze"]
    queue: str = ""
    until: datetime | None = None


def move_comment(tx: Connection, comment_id: str, move: Move) -> None:
    """Give a comment, which must wait, its new place."""
    place: dict[str, Any] = {"review_queue": move.queue[:100]}
    if move.kind == "snooze":
        place = {"review_at": move.until}
    tx.execute(update(comments).where(comments.c.id == comment_id).values(**place))
