"""A request's bytes as they come, until a thread can read it without waiting for its sender.

Only its end is looked for: what it says, and whether that is HTTP, gunicorn decides afterwards.
"""

import re
import time
from collections.abc import Iterator

from gunicorn.http.errors import LimitRequestHeaders
from gunicorn.http.unreader import Unreader

GRACE_SECONDS = 10.0  # for all of a request
BYTES_A_SECOND = 1_000  # afterwards: a slow but honest line has more
RECEIVED_BYTES = 65_536  # at once
HEAD_BYTES = 65_536
_LINE_BYTES = 256
_PIECE_BYTES = 8_192

_BARE_LF = re.compile(rb"(?<!\r)\n")
_TELLS_LENGTH = re.compile(rb"\r\nContent-Length[ \t]*:", re.IGNORECASE)
_LENGTH = re.compile(rb"\r\nContent-Length:[ \t]*0*(\d{1,18})[ \t]*(?=\r\n)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\nTransfer-Encoding:[^\r\n]*chunked[ \t]*(?=\r\n)", re.IGNORECASE)
_VERSION = re.compile(rb"[^\r\n]* HTTP/1\.1\r\n", re.IGNORECASE)
_EXPECTS = re.compile(rb"\r\nExpect:[ \t]*100-continue", re.IGNORECASE)
_CHUNK_SIZE = re.compile(rb"([0-9a-f]{1,16})[ \t]*(?:;[!-~]*)?", re.IGNORECASE)


class Arriving:
    """One request, of which at most `most` bytes are kept.

    `may_continue` says that its sender waits for `100 Continue`.
    """

    def __init__(self, most: int, begun: bytes = b"") -> None:
        self.data = bytearray(begun)
        self.may_continue = False
        self.is_whole = False
        self._most = most
        self._since = time.monotonic()
        self._reading = self._read()

    def look(self) -> bool:
        """Whether nothing more is waited for: it is whole, or more bytes would not make it so."""
        return len(self.data) > self._most or next(self._reading, True)

    def is_late(self, now: float) -> bool:
        """Whether an honest sender would have sent more by now (`time.monotonic()`)."""
        return now > self._since + GRACE_SECONDS + len(self.data) / BYTES_A_SECOND

    def _read(self) -> Iterator[bool]:
        """Yield False as long as bytes are missing."""
        seen = 0
        while (end := self.data.find(b"\r\n\r\n", max(0, seen - 3))) < 0:
            if len(self.data) > HEAD_BYTES or _BARE_LF.search(self.data, seen):
                return
            seen = len(self.data)
            yield False
        if end > HEAD_BYTES:
            return
        head, body = bytes(self.data[: end + 2]), end + 4
        lengths, chunked = _LENGTH.findall(head), _CHUNKED.search(head)
        told = len(_TELLS_LENGTH.findall(head))
        if told and not told == len(lengths) == 1:  # who parses it might see another end
            return
        wanted = int(lengths[0]) if lengths and not chunked else 0
        if wanted > self._most:  # refused by its length
            return
        self.may_continue = bool(_VERSION.match(head) and _EXPECTS.search(head))
        while len(self.data) < body + wanted:
            yield False
        if chunked:
            yield from self._read_chunks(body)
        else:
            self.is_whole = True

    def _read_chunks(self, at: int) -> Iterator[bool]:
        wanted = -1
        while wanted:
            while (end := self.data.find(b"\r\n", at)) < 0 and len(self.data) < at + _LINE_BYTES:
                yield False
            size = _CHUNK_SIZE.fullmatch(self.data, at, max(at, end))
            if size is None:
                return
            wanted, at = int(size[1], 16), end + 2
            if wanted:
                at += wanted + 2
                while len(self.data) < at:
                    yield False
                if self.data[at - 2 : at] != b"\r\n":
                    return
        while self.data.find(b"\r\n\r\n", at - 2) < 0:  # trailers, or none
            yield False
        self.is_whole = True


class Arrived(Unreader):
    """What gunicorn's parser reads: bytes that are here, never a socket.

    A connection keeps it from request to request. Reading past a request that is not whole raises
    LimitRequestHeaders, in place of an end that would be taken for the request's.
    """

    def __init__(self) -> None:
        super().__init__()
        self._data, self._at = b"", 0
        self.is_whole = False

    def put(self, request: Arriving) -> None:
        """Have a request read next."""
        self._data, self._at = bytes(request.data), 0
        self.is_whole = request.is_whole

    def chunk(self, size_hint: int | None = None) -> bytes:
        """Return the next bytes; as many as are asked for, where that is more than usual."""
        piece = self._data[self._at : self._at + max(size_hint or 0, _PIECE_BYTES)]
        self._at += len(piece)
        if not piece:
            raise LimitRequestHeaders("not whole")
        return piece

    def settle(self) -> None:
        """Keep what came after the request for `take_buffered`, where gunicorn looks for it."""
        rest = self.take_buffered() + self._data[self._at :]
        self._data, self._at = b"", 0
        self.unread(rest)
