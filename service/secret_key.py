"""The secret key: whether it opens what the database has sealed, looked at before anything runs.

With another one each webhook would fail, through no fault of its receiver. Nothing here imports
prometheus_client, whose folder is named later.
"""

from contextlib import closing

from sqlalchemy.exc import SQLAlchemyError

from service.faults import Fault
from service.settings import Settings
from store.database import Database, StoreUnavailable
from store.sealed_secrets import refuse_wrong_key
from store.sealing import Sealer, WrongSecretKey

ANSWER_SECONDS = 5.0  # of the database: a process starts without it, too

_UNKNOWN = "set (whether it opens what is stored is unknown while the database is away)"


def make_sealer(settings: Settings) -> Sealer:
    """Return what seals stored secrets; raise Fault when there is no key."""
    if settings.secret_key is None:
        raise Fault(
            "TACTFUL_SECRET_KEY is not set; make one with"
            " `python3 -c 'import secrets; print(secrets.token_urlsafe(32))'` and keep it"
        )
    return Sealer(settings.secret_key.get_secret_value())


def refuse_wrong_secret_key(settings: Settings) -> str:
    """Return what is known of the key; raise Fault where it is not the one of what is stored."""
    sealer, url = make_sealer(settings), settings.database_url
    if url is None:
        return _UNKNOWN
    try:
        with closing(Database(url, answer_within=ANSWER_SECONDS)) as database:
            sealed = opens_what_is_stored(database, sealer)
    except (StoreUnavailable, SQLAlchemyError):
        return _UNKNOWN
    return "opens the stored secrets" if sealed else "set"


def opens_what_is_stored(database: Database, sealer: Sealer) -> bool:
    """Return whether anything is sealed; raise Fault where this key does not open it."""
    try:
        with database.read() as tx:
            return refuse_wrong_key(tx, sealer)
    except WrongSecretKey as error:
        raise Fault(
            "TACTFUL_SECRET_KEY (of `tactful up`: secret.key in its directory) does not open the"
            " secrets that are stored; put back the key they were stored with, or, where it is"
            " lost for good, have `tactful db reseal` make new ones"
        ) from error
