"""Sent: the bytes of a request's body, unpacked where the client packed them.

Google's own clients for Java and .NET compress what they send unless told not to.
"""

import zlib

from flask import request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType

from service.http.bodies import raw_body

_EITHER_HEADER = 32 + zlib.MAX_WBITS  # gzip's or zlib's
_PACKED = frozenset({"gzip", "x-gzip", "deflate"})


def sent_bytes() -> bytes:
    """Return the body; raise RequestEntityTooLarge, UnsupportedMediaType or BadRequest."""
    raw = raw_body()
    encoding = request.headers.get("Content-Encoding", "").strip().lower()
    if encoding in {"", "identity"}:
        return raw
    if encoding not in _PACKED:
        raise UnsupportedMediaType
    return _unpacked(raw, request.max_content_length or len(raw))


def _unpacked(raw: bytes, limit: int) -> bytes:
    stream = zlib.decompressobj(_EITHER_HEADER)
    try:
        unpacked = stream.decompress(raw, limit)
    except zlib.error:
        raise BadRequest from None
    if len(unpacked) >= limit:  # which is one byte above what we take: see `raw_body`
        raise RequestEntityTooLarge
    # A second member is nothing that clients send; many tiny ones would take seconds to unpack.
    if not stream.eof or stream.unused_data:
        raise BadRequest
    return unpacked
