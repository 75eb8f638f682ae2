"""The URLs of the database and of Redis, read before anything connects; raises ValueError.

What reads them is imported when there is one to read: most commands start without.
"""

import re
from urllib.parse import urlsplit

_DATABASES = ("sqlite:///", "postgresql://", "postgres://", "postgresql+psycopg://")
_REDIS = ("redis://", "rediss://", "unix://")
_OF_REDIS = "redis://:PASSWORD@HOST:6379/0, what is special in it written as %XX"
_OF_POSTGRES = "postgresql://USER:PASSWORD@HOST:PORT/NAME, what is special in it written as %XX"


def database_url(url: str) -> str:
    """Return a URL with which a database can be asked for."""
    if not url.startswith(_DATABASES):
        raise ValueError("must start with postgresql:// or sqlite:///")
    if url.startswith("sqlite:"):
        if url.removeprefix("sqlite:///").partition("?")[0] in {"", ":memory:"}:
            raise ValueError("must name a file, as sqlite:////absolute/path.db")
    else:
        _read_by_psycopg(url)
    return url


def redis_url(url: str) -> str:
    """Return a URL with which a Redis can be asked for."""
    from redis import Redis  # noqa: PLC0415 - see above

    if not url.startswith(_REDIS):
        raise ValueError("must start with redis://, rediss:// or unix://")
    if not url.startswith("unix:") and not re.fullmatch(r"(/\d*/?)?", urlsplit(url).path):
        raise ValueError("what follows the host must be a number, as redis://HOST:6379/0")
    try:
        Redis.from_url(url).connection_pool.make_connection()
    except TypeError as error:  # an option that redis-py does not know
        told = str(error).rpartition("__init__() got an ")[2]
        raise ValueError(f"must be like redis://HOST:6379/0: {told}") from None
    except ValueError:  # whose words may hold the password
        raise ValueError(f"must be like {_OF_REDIS}") from None
    return url


def _read_by_psycopg(url: str) -> None:
    from psycopg import ProgrammingError  # noqa: PLC0415 - see above
    from psycopg.conninfo import make_conninfo  # noqa: PLC0415
    from sqlalchemy import make_url  # noqa: PLC0415
    from sqlalchemy.exc import ArgumentError  # noqa: PLC0415

    from store.database import normal_url  # noqa: PLC0415

    try:
        named = make_url(normal_url(url))
        _, values = named.get_dialect()().create_connect_args(named)
        make_conninfo(**values)
    except ProgrammingError as error:  # an option that libpq does not know
        raise ValueError(str(error).strip()) from None
    except (ArgumentError, ValueError):  # whose words may hold the password
        raise ValueError(f"must be like {_OF_POSTGRES}") from None
