"""Backups of `tactful up`: taken while it runs, and put back where none runs.

A backup is one SQLite file. The keys of the data directory are in it, because without them the
secrets of webhooks cannot be opened, unless the operator keeps them apart.
"""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from service.database_faults import database_faults_told
from service.faults import Fault
from service.running.data_dir import DataDir, write_private
from service.settings import Settings
from store.database import Database, sqlite_url
from store.migrate import refuse_newer
from store.snapshots import NoSnapshot, open_snapshot, take_snapshot

KEY_FILES = ("secret.key", "credentials.json", "curlrc")
_LOGS = ("", "-wal", "-shm")  # SQLite's files of one database


def back_up(settings: Settings, data: Path, target: Path, *, with_keys: bool) -> list[str]:
    """Write a backup to `target`; return the key files that are in it; raise Fault."""
    data_dir = DataDir(data)
    database = _sqlite_file(settings, data_dir)
    if target.exists() and database.samefile(target):
        raise Fault(f"{target} is the database itself; name another file")
    files = _key_files(data_dir) if with_keys and database == data_dir.database else {}
    try:
        take_snapshot(database, target, files)
    except OSError as error:
        raise Fault(f"cannot write {target}: {error.strerror}") from error
    except sqlite3.Error as error:
        raise Fault(f"cannot back up {database}: {error}") from error
    return sorted(files)


def restore(settings: Settings, data: Path, snapshot: Path) -> list[Path]:
    """Put a backup into the data directory; return what was there before and is moved aside.

    Raises Fault where an `up` uses the directory, or where the backup is of a newer schema.
    """
    if settings.database_url is not None:
        raise Fault(_FILE_OF_A_SETTING if _is_sqlite(settings.database_url) else _NOT_OURS)
    if not snapshot.is_file():
        raise Fault(f"there is no file {snapshot}")
    data_dir = DataDir(data)
    data_dir.open()
    fresh = data_dir.path / ".restored.db"
    _remove(fresh)
    try:
        files = open_snapshot(snapshot, fresh)
        _refuse_newer_schema(fresh)
        return _put_in_place(data_dir, fresh, files)
    except NoSnapshot as error:
        raise Fault(str(error)) from error
    except OSError as error:
        raise Fault(f"cannot restore {snapshot}: {error.strerror}") from error
    finally:
        _remove(fresh)


_NOT_OURS = (
    "TACTFUL_DATABASE_URL is set: this command is for the directory of `tactful up`; a PostgreSQL"
    " is backed up by `pg_dump --format=custom` and put back by `pg_restore` (docs/data-life.md)"
)

_FILE_OF_A_SETTING = (
    "TACTFUL_DATABASE_URL is set: this command is for the directory of `tactful up`; restore"
    " without it into another one (--data DIR), then put DIR/tactful.db in the place of the file"
    " that it names, with no -wal and -shm beside it, while nothing runs"
)


def _is_sqlite(url: str) -> bool:
    return url.startswith("sqlite:")


def _sqlite_file(settings: Settings, data_dir: DataDir) -> Path:
    url = settings.database_url
    if url is not None and not _is_sqlite(url):
        raise Fault(_NOT_OURS)
    path = data_dir.database if url is None else Path(url.removeprefix("sqlite:///")).absolute()
    if not path.is_file():
        raise Fault(f"there is no database {path}; name its directory with --data")
    return path


def _key_files(data_dir: DataDir) -> dict[str, str]:
    paths = [data_dir.path / name for name in KEY_FILES]
    return {path.name: path.read_text() for path in paths if path.is_file()}


def _refuse_newer_schema(path: Path) -> None:
    with database_faults_told(), closing(Database(sqlite_url(path))) as database:
        with database.read() as tx:
            refuse_newer(tx)
        database.forget_log()


def _put_in_place(data_dir: DataDir, fresh: Path, files: dict[str, str]) -> list[Path]:
    stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    aside: list[Path] = []
    for name in [*(data_dir.database.name + log for log in _LOGS), *files]:
        path = data_dir.path / name
        if path.exists() and not (name in files and path.read_text() == files[name]):
            aside.append(path.rename(path.with_name(f"before-{stamp}-{name}")))
    for name in KEY_FILES:
        if name in files:
            write_private(data_dir.path / name, files[name])
    fresh.replace(data_dir.database)
    return aside


def _remove(path: Path) -> None:
    for log in _LOGS:
        path.with_name(path.name + log).unlink(missing_ok=True)
