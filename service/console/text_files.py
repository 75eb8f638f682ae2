"""Text files as people save them: UTF-8 with or without a mark, or UTF-16 with one."""

import codecs
from pathlib import Path

from service.faults import Fault


def read_text_file(path: Path) -> str:
    """Return the text of a file; raise Fault that says why it cannot be read."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise Fault(f"cannot read {path}: {error.strerror}") from error
    marked = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return raw.decode("utf-16" if marked else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise Fault(f"cannot read {path}: line {line} is not UTF-8; save it as UTF-8") from error
