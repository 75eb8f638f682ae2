"""The description of a model's folder refuses what it does not describe."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from workers.scorers.protocol import ScorerUnavailable

Digests = Mapping[str, str]
"""Hexadecimal, by file name."""


def digests_of(folder: Path, names: Sequence[str]) -> dict[str, str]:
    """Return the digests of these files, in this order; raise OSError for one that is missing."""
    return {name: _digest(folder / name) for name in names}


def refuse_other_format(folder: Path, document: object, reads: int, advice: str) -> None:
    """Raise ScorerUnavailable, with the advice, when a description is of another format."""
    if isinstance(document, dict) and (found := document.get("format")) != reads:
        raise ScorerUnavailable(
            f"{folder} was written by another version of tactful (format {found}, this one reads"
            f" {reads}); {advice}"
        )


def refuse_other_files(folder: Path, told: Digests, names: Sequence[str], advice: str) -> None:
    """Raise ScorerUnavailable, with the advice, when a file is not the one that was told."""
    for name in names:
        if not _is(folder / name, told.get(name)):
            raise ScorerUnavailable(
                f"{folder / name} is missing or is not the file that was written there; {advice}"
            )


def _is(path: Path, told: str | None) -> bool:
    try:
        return _digest(path) == told
    except OSError:
        return False


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
