"""WXR: WordPress's export file, read as a stream, one comment after the other.

The file may have gigabytes: nothing but the comment at hand is kept. It comes from outside, so a
document type or an entity of its own is refused before anything is expanded.

Errors
    WxrInvalid    the file is no WXR file, or broken; `line` says where
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO
from xml.parsers import expat

_CHUNK = 256 * 1024
# Spam has them, WordPress exports them as they are, and no XML may: they are left out.
_FORBIDDEN = bytes({*range(0x20)} - {0x09, 0x0A, 0x0D})
_TWO_BYTES = (b"\xff\xfe", b"\xfe\xff")  # how UTF-16 begins, where such bytes are halves of letters
_MARK = b"\xef\xbb\xbf"  # of UTF-8
_LONGEST = 1_000_000  # characters of one field; the rest is not read
_COMMENT = "wp:comment"
_ITEM_FIELDS = {"title", "link", "wp:post_id", "wp:post_date_gmt"}
_BLOG_FIELDS = {"wp:base_blog_url", "wp:wxr_version"}


class WxrInvalid(Exception):
    """The file cannot be read on from a line."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"{line}: {reason}")


@dataclass(frozen=True)
class WxrComment:
    """A comment with the post that it is about, fields by WordPress's own names without `wp:`."""

    line: int
    fields: dict[str, str]
    post: dict[str, str]
    blog: str


@dataclass
class _Reader:
    """What the parser calls. `done` collects comments that are complete."""

    done: list[WxrComment] = field(default_factory=list)
    blog: dict[str, str] = field(default_factory=dict)
    post: dict[str, str] = field(default_factory=dict)
    comment: dict[str, str] | None = None
    path: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    length: int = 0
    line: int = 0

    def start(self, name: str, line: int) -> None:
        if not self.path and name != "rss":
            raise WxrInvalid(line, f"this is no WordPress export: it begins with <{name[:40]}>")
        self.path.append(name)
        self.text, self.length = [], 0
        if name == "item":
            self.post = {}
        elif name == _COMMENT:
            self.comment, self.line = {}, line

    def characters(self, text: str) -> None:
        if self.length < _LONGEST:
            self.text.append(text)
            self.length += len(text)

    def end(self, name: str) -> None:
        self.path.pop()
        said, parent = "".join(self.text).strip(), self.path[-1] if self.path else ""
        self.text = []
        if name == _COMMENT and self.comment is not None:
            blog = self.blog.get("wp:base_blog_url", "")
            self.done.append(WxrComment(self.line, self.comment, dict(self.post), blog))
            self.comment = None
        elif parent == _COMMENT and self.comment is not None:
            self.comment[name.removeprefix("wp:")] = said
        elif parent == "item" and name in _ITEM_FIELDS:
            self.post[name.removeprefix("wp:")] = said
        elif parent == "channel" and name in _BLOG_FIELDS:
            self.blog[name] = said


def read_comments(file: BinaryIO) -> Iterator[WxrComment]:
    """Yield the comments of a file in order; raise WxrInvalid."""
    reader = _Reader()
    parser = _parser(reader)
    forbidden: bytes | None = None
    while chunk := file.read(_CHUNK):
        if forbidden is None:
            forbidden = b"" if chunk.startswith(_TWO_BYTES) else _FORBIDDEN
            chunk = chunk.removeprefix(_MARK).lstrip()
        fault = _fault_of(parser, chunk.translate(None, forbidden))
        yield from reader.done  # also what is whole before the place where the file is broken
        reader.done.clear()
        if fault is not None:
            raise fault
    _feed(parser, b"", final=True)
    if "wp:wxr_version" not in reader.blog:
        raise WxrInvalid(1, "this is no WordPress export: it has no <wp:wxr_version>")


def _fault_of(parser: expat.XMLParserType, chunk: bytes) -> WxrInvalid | None:
    try:
        _feed(parser, chunk, final=False)
    except WxrInvalid as invalid:
        return invalid
    return None


def _feed(parser: expat.XMLParserType, chunk: bytes, *, final: bool) -> None:
    try:
        parser.Parse(chunk, final)
    except expat.ExpatError as error:
        reason = expat.errors.messages[error.code]
        raise WxrInvalid(error.lineno, f"the XML is broken: {reason}") from error


def _parser(reader: _Reader) -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise WxrInvalid(parser.CurrentLineNumber, "it declares a document type or an entity")

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = lambda name, _: reader.start(name, parser.CurrentLineNumber)
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.characters
    return parser
