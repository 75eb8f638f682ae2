"""The database of an operator's command: the setting's, else the one in the data directory."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import TypeVar

from sqlalchemy import Connection

from service.console.local_settings import completed
from service.database_faults import database_faults_told
from service.faults import Fault
from service.settings import Settings, load_settings
from store.database import Database
from store.migrate import is_current
from store.records import Site
from store.sites import find_site

Result = TypeVar("Result")


def database_url(settings: Settings) -> str:
    """Return the database to use; raise Fault."""
    if (url := completed(settings).database_url) is not None:
        return url
    raise Fault(
        f"TACTFUL_DATABASE_URL is not set, and there is no {settings.data / 'tactful.db'};"
        " set it, or start `tactful up` once"
    )


@contextmanager
def opened(*, current: bool = True) -> Iterator[Database]:
    """Give the database, at the schema of this version if `current`; raise Fault."""
    url = database_url(load_settings())
    with database_faults_told(), closing(Database(url)) as database:
        if current:
            _refuse_old_schema(database)
        yield database


def write(work: Callable[[Connection], Result]) -> Result:
    """Run `work` in one transaction of the current database; raise Fault."""
    with opened() as database:
        return database.write(work)


def site_named(tx: Connection, name: str) -> Site:
    """Return the site; raise Fault where there is none of that name."""
    site = find_site(tx, name)
    if site is None:
        raise Fault(f"there is no site {name}; `tactful site list` shows those there are")
    return site


def _refuse_old_schema(database: Database) -> None:
    with database.read() as tx:
        current = is_current(tx)
    if not current:
        raise Fault("the database has another version's schema; run `tactful db upgrade`")
