"""Erasures that go on by themselves, whatever became of the request that asked for them."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from sqlalchemy import Connection

from store.database import Database, StoreUnavailable
from store.erasure import erase_some_of_author
from store.open_erasures import OpenErasure, close_erasures, open_erasures, rows_are_gone

PATIENCE = timedelta(seconds=5)  # younger ones are on their way, by their own request


def finish_erasures(
    database: Database, now: datetime, failed: Callable[[OpenErasure, Exception], None]
) -> Iterator[None]:
    """Erase what is left of what was asked for, and empty the log, in steps.

    One that fails is told to `failed`, and the others go on. Raises StoreUnavailable; what is left
    is done the next time.
    """
    with database.read() as tx:
        waiting = open_erasures(tx, asked_before=now - PATIENCE)
    for one in waiting:
        try:
            yield from erase_author(database, one, now)
        except StoreUnavailable:
            raise
        except Exception as error:
            failed(one, error)
    if waiting and database.forget_log():
        database.write(lambda tx: close_erasures(tx, [one.id for one in waiting]))


def erase_author(database: Database, erasure: OpenErasure, now: datetime) -> Iterator[None]:
    """Erase an author's comments, some a step so that it holds up nobody's writes."""
    author_id = erasure.author_id
    if author_id is None:
        return

    def some(tx: Connection) -> int:
        return erase_some_of_author(tx, erasure.site_id, author_id, now)

    while database.write(some):
        yield
    database.write(lambda tx: rows_are_gone(tx, erasure.id))
