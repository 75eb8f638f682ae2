"""Erasures that go on by themselves, whatever became of the request that asked for them."""

from collections.abc import Callable, Generator, Iterable
from datetime import datetime, timedelta
from functools import partial

from store.database import Database, StoreUnavailable
from store.erasure import comments_of_author, erase_some_of_author
from store.open_erasures import OpenErasure, close_erasures, open_erasures, rows_are_gone
from store.steps import each_apart

PATIENCE = timedelta(seconds=5)  # younger ones are on their way, by their own request


def finish_erasures(
    database: Database, now: datetime, failed: Callable[[OpenErasure, Exception], None]
) -> Generator[None, None, None]:
    """Erase what is left of what was asked for, and empty the log, in steps.

    One that fails is told to `failed`, and the others go on. Raises StoreUnavailable; what is left
    is done the next time.
    """
    with database.read() as tx:
        waiting = open_erasures(tx, asked_before=now - PATIENCE)
    yield from each_apart(waiting, partial(erase_author, database, now=now), failed)
    if waiting and database.forget_log():
        database.write(lambda tx: close_erasures(tx, [one.id for one in waiting]))


def erase_author(
    database: Database, erasure: OpenErasure, now: datetime
) -> Generator[None, None, None]:
    """Erase an author's comments, some a step so that it holds up nobody's writes.

    Where some raise, each goes by itself, and what raises then is raised when the others are gone.
    """
    site_id, author_id = erasure.site_id, erasure.author_id
    if author_id is None:
        return
    erase = partial(erase_some_of_author, site_id=site_id, author_id=author_id, now=now)
    try:
        while database.write(erase):
            yield
    except StoreUnavailable:
        raise
    except Exception:
        with database.read() as tx:
            left = comments_of_author(tx, site_id, author_id)
        yield from _one_by_one(database, erase, left)
    database.write(lambda tx: rows_are_gone(tx, erasure.id))


def _one_by_one(
    database: Database, erase: Callable[..., int], ids: Iterable[str]
) -> Generator[None, None, None]:
    def alone(comment_id: str) -> Generator[None, None, None]:
        database.write(partial(erase, only=comment_id))
        yield

    faults: list[Exception] = []
    yield from each_apart(ids, alone, lambda _, fault: faults.append(fault))
    if faults:
        raise faults[-1]
