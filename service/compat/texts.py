"""Texts: making what a client sent fit a comment, which never refuses a client for a long name.

A field that is too long is cut, because the alternative is an error that some client would take
as leave to publish. Only the text itself is not cut in silence: see `fit_body` and
`rules.comment.Beginning`.
"""

MAX_SHORT = 1_000
MAX_LONG = 20_000
MAX_URL = 4_096
MAX_IDENTIFIER = 255


def storable(text: str) -> str:
    """Return `text` without what no database stores: NUL characters and lone surrogates."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def short(text: str | None, limit: int = MAX_SHORT) -> str | None:
    """Return `text` cut to `limit` characters; None where nothing but space is left."""
    cut = storable(text or "")[:limit].strip()
    return cut or None


def fit_body(text: str, limit: int) -> tuple[str, str]:
    """Return (`text` in at most `limit` bytes of UTF-8, what is left of it)."""
    whole = storable(text)
    body = whole.encode()[:limit].decode("utf-8", "ignore")
    return body, whole[len(body) :]
