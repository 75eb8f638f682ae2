"""Faults of the database, told in one line."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from service.faults import Fault
from store.database import StoreUnavailable
from store.migrate import SchemaTooNew


@contextmanager
def database_faults_told() -> Iterator[None]:
    """Raise Fault for whatever keeps the database from being used in the block."""
    try:
        yield
    except SchemaTooNew as error:
        raise Fault(str(error)) from error
    except StoreUnavailable as error:
        raise Fault(
            f"the database cannot be used: {error}; see that it runs, that its disk has room, and"
            " TACTFUL_DATABASE_URL"
        ) from error
    except DBAPIError as error:  # its own words hold the statement
        cause = str(error.orig).strip().partition("\n")[0]
        raise Fault(f"the database cannot be used: {cause}") from error
