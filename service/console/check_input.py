"""What `tactful check` reads: arguments, and lines of standard input as text or as JSON."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from pydantic import ValidationError

from rules.comment import Comment


@dataclass(frozen=True)
class Unreadable:
    """A line or an argument that is no comment; `complaint` says which, and why."""

    complaint: str


def read_comments(
    texts: Sequence[str], stdin: BinaryIO, *, jsonl: bool
) -> Iterator[Comment | Unreadable]:
    """Yield a comment for each text, and for each line of standard input where a text is `-`.

    Blank lines are skipped. With `jsonl` a line is a comment as submitted, in JSON.
    """
    for number, text in enumerate(texts, start=1):
        if text == "-":
            yield from _read_lines(stdin, jsonl=jsonl)
        else:
            yield _from_text(text, f"text {number}")


def _read_lines(stdin: BinaryIO, *, jsonl: bool) -> Iterator[Comment | Unreadable]:
    for number, line in enumerate(stdin, start=1):
        raw = line.rstrip(b"\r\n")
        if not raw.strip():
            continue
        yield _from_json(raw, f"line {number}") if jsonl else _from_bytes(raw, f"line {number}")


def _from_bytes(raw: bytes, where: str) -> Comment | Unreadable:
    try:
        return _from_text(raw.decode(), where)
    except UnicodeDecodeError:
        return Unreadable(f"{where}: is not UTF-8")


def _from_text(text: str, where: str) -> Comment | Unreadable:
    try:
        return Comment(body=text)
    except ValidationError as error:
        return Unreadable(f"{where}: {faults(error)}")


def _from_json(raw: bytes, where: str) -> Comment | Unreadable:
    try:
        return Comment.model_validate_json(raw)
    except ValidationError as error:
        return Unreadable(f"{where}: {faults(error)}")


def faults(error: ValidationError) -> str:
    """Say what is wrong, without a word of the text itself."""
    faults = error.errors(include_url=False, include_input=False, include_context=False)
    return "; ".join(_fault(fault["loc"], fault["msg"]) for fault in faults)


def _fault(location: tuple[int | str, ...], message: str) -> str:
    place = ".".join(str(part) for part in location)
    message = message.removeprefix("Value error, ")
    return f"{place}: {message}" if place else message
