"""Snapshots: one SQLite file as it was at one moment, with a few small files in it.

Taken by SQLite's own online backup while others write; it takes nothing of them.

Errors
    NoSnapshot      the file is not a whole SQLite database
"""

import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

_TABLE = "backup_files"  # of the snapshot only; a restored database does not have it


class NoSnapshot(Exception):
    """The file cannot be restored; the message says why."""


def take_snapshot(database: Path, target: Path, files: Mapping[str, str]) -> None:
    """Write `target`, with the texts of `files` by name in it; raise OSError, sqlite3.Error.

    All of it or nothing: an earlier file of that name is replaced once the new one is complete.
    """
    unfinished = target.with_name(f".{target.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        with closing(_open(database, "ro")) as source, closing(_open(unfinished, "rw")) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it
            copy.execute(f"CREATE TABLE {_TABLE} (name TEXT PRIMARY KEY, content TEXT NOT NULL)")
            copy.executemany(f"INSERT INTO {_TABLE} VALUES (?, ?)", files.items())  # noqa: S608
            copy.commit()
        _to_disk(unfinished)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def open_snapshot(snapshot: Path, target: Path) -> dict[str, str]:
    """Write the database in a snapshot to `target` and return the files that are in it.

    Raises NoSnapshot, OSError.
    """
    try:
        with closing(_open(snapshot, "ro")) as source:
            [(verdict,)] = source.execute("PRAGMA quick_check(1)").fetchall()
            if verdict != "ok":
                raise NoSnapshot(f"{snapshot} is damaged: {verdict}")
            os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            with closing(_open(target, "rw")) as copy:
                source.backup(copy)
                return _take_out_files(copy)
    except sqlite3.Error as error:
        raise NoSnapshot(f"{snapshot} is no backup: {error}") from error


def _take_out_files(copy: sqlite3.Connection) -> dict[str, str]:
    names = {name for (name,) in copy.execute("SELECT name FROM sqlite_master")}
    if "alembic_version" not in names:
        raise NoSnapshot("the file is a database, but none of Tactful's")
    if _TABLE not in names:
        return {}
    files = dict(copy.execute(f"SELECT name, content FROM {_TABLE}"))  # noqa: S608 - our own name
    copy.execute("PRAGMA secure_delete = ON")  # the keys do not stay behind in free pages
    copy.execute(f"DROP TABLE {_TABLE}")
    copy.commit()
    return files


def _open(path: Path, mode: str) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    return sqlite3.connect(uri, uri=True, timeout=30)


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
