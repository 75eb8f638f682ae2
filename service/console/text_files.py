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
        line = raw.count(b"\n", 0, error.start) + 1
        raise Fault(f"cannot read {path}: line {line} is not UTF-8; save it as UTF-8") from error


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
