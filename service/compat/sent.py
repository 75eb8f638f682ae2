"""Sent: the bytes of a request's body, unpacked where the client packed them.

Google's own clients for Java and .NET compress what they send unless told not to.
"""

import zlib

from flask import request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType

_EITHER_HEADER = 32 + zlib.MAX_WBITS  # gzip's or zlib's
_PACKED = frozenset({"gzip", "x-gzip", "deflate"})


def sent_bytes() -> bytes:
    """Return the body; raise RequestEntityTooLarge, UnsupportedMediaType or BadRequest."""
    raw = request.get_data(cache=False)
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
    if stream.unconsumed_tail:
        raise RequestEntityTooLarge
    if not stream.eof:
        raise BadRequest
    return unpacked
