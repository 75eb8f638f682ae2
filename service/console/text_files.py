"""Text files as people save them: UTF-8 with or without a mark, or UTF-16 with one."""

import codecs
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO

from service.faults import Fault

_STDIN = Path("-")
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_text_file(path: Path) -> str:
    """Return the text of a file, or of standard input for `-`; raise Fault that says why not."""
    try:
        raw = sys.stdin.buffer.read() if path == _STDIN else path.read_bytes()
    except OSError as error:
        raise Fault(f"cannot read {path}: {error.strerror}") from error
    try:
        return raw.decode(_encoding(raw))
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode(error.encoding, "replace")
        lines = before.split("\n")
        raise WrongEncoding(path, len(lines), len(lines[-1]) + 1) from error


class WrongEncoding(Fault):
    """A file that is not UTF-8. `line` and `column`, from 1, say where."""

    def __init__(self, path: Path, line: int, column: int) -> None:
        super().__init__(f"cannot read {path}: line {line} is not UTF-8; save it as UTF-8")
        self.line, self.column = line, column


@contextmanager
def open_text_file(path: Path) -> Iterator[TextIO]:
    """Give a file that may be too long to be held, with its ends of lines as they are."""
    try:
        with path.open("rb") as raw, TextIOWrapper(raw, _encoding(raw.peek(2)), newline="") as file:
            yield file
    except OSError as error:
        raise Fault(f"cannot read {path}: {error.strerror}") from error
    except UnicodeError as error:
        raise Fault(f"cannot read {path}: it is not UTF-8; save it as UTF-8") from error


def _encoding(beginning: bytes) -> str:
    return "utf-16" if beginning.startswith(_UTF_16) else "utf-8-sig"
